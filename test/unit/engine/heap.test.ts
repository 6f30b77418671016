import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Heap, blockSize } from '../../../src/engine/heap';

const PAGE = 65_536;
const START = 1000;

function newHeap(pages = 64): Heap {
  return new Heap(new WebAssembly.Memory({ initial: 1, maximum: pages, shared: true }), START, pages * PAGE);
}

describe('blockSize', () => {
  test('holds the request, wastes at most an eighth, and is a multiple of a cache line', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 }), (bytes) => {
        const size = blockSize(bytes);
        expect(size).toBeGreaterThanOrEqual(Math.max(1, bytes));
        expect(size % 64).toBe(0);
        expect(size - bytes).toBeLessThanOrEqual(Math.max(64, bytes / 4));
        expect(blockSize(size)).toBe(size);
      }),
    );
  });

  test('has about eight sizes a power of two', () => {
    const sizes = new Set(Array.from({ length: 2 ** 14 }, (_, i) => blockSize(2 ** 14 + i + 1)));
    expect(sizes.size).toBeGreaterThanOrEqual(4);
    expect(sizes.size).toBeLessThanOrEqual(8);
  });
});

describe('Heap', () => {
  test('blocks never overlap, are aligned and keep their contents until released', () => {
    const command = fc.oneof(
      fc.record({ allocate: fc.integer({ min: 0, max: 200_000 }) }),
      fc.record({ release: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 80 }), (commands) => {
        const heap = newHeap(512);
        const live: { address: number; view: Uint8Array; mark: number }[] = [];
        let mark = 0;
        for (const next of commands) {
          if ('allocate' in next) {
            const address = heap.allocate(next.allocate);
            expect(address % 64).toBe(0);
            expect(address).toBeGreaterThanOrEqual(START);
            mark = (mark + 1) % 256;
            live.push({ address, view: new Uint8Array(heap.buffer, address, next.allocate).fill(mark), mark });
          } else if (live.length) {
            const [gone] = live.splice(next.release % live.length, 1);
            expect(gone.view.every((value) => value === gone.mark)).toBe(true);
            heap.release(gone.address);
          }
        }
        expect(heap.blocksInUse).toBe(live.length);
        for (const { view, mark } of live) expect(view.every((value) => value === mark)).toBe(true);
        for (const { address } of live) heap.release(address);
        expect([heap.blocksInUse, heap.bytesInUse]).toEqual([0, 0]);
      }),
      { numRuns: 50 },
    );
  });

  test('a released block serves the next request of its size', () => {
    const heap = newHeap();
    const first = heap.allocate(5000);
    heap.release(first);
    expect(heap.allocate(4990)).toBe(first);
  });

  test('views stay valid when the memory grows, and are still known as its own', () => {
    const heap = newHeap(4096);
    const view = new Float32Array(heap.buffer, heap.allocate(4), 1).fill(7);
    const before = heap.buffer;
    heap.allocate(50 * 2 ** 20);
    expect(heap.buffer).not.toBe(before);
    expect(view[0]).toBe(7);
    expect(heap.owns(view)).toBe(true);
    expect(heap.owns(new Float32Array(1))).toBe(false);
  });

  test('a full memory is said in a sentence, and a larger free block is used before that', () => {
    const heap = newHeap(16);
    const large = heap.allocate(600_000);
    expect(() => heap.allocate(900_000)).toThrow(
      /^The tensor memory is full: 1 MB more were needed with 1 MB of 1 MB in use\./,
    );
    heap.release(large);
    expect(heap.allocate(450_000)).toBe(large);
    heap.release(large);
    expect(heap.bytesInUse).toBe(0);
  });

  test.each([NaN, -1])('a size of %f is refused', (bytes) => {
    expect(() => newHeap().allocate(bytes)).toThrow('bytes was asked');
  });

  test('releasing twice is an error', () => {
    const heap = newHeap();
    const address = heap.allocate(10);
    heap.release(address);
    expect(() => heap.release(address)).toThrow(`No block of the tensor heap begins at ${address}.`);
  });

  test('after a reset everything is free again', () => {
    const heap = newHeap();
    const first = heap.allocate(100);
    heap.allocate(100_000);
    heap.reset();
    expect([heap.blocksInUse, heap.bytesInUse]).toEqual([0, 0]);
    expect(heap.allocate(64)).toBe(first);
  });
});
