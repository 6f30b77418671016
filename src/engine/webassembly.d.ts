/** The part of WebAssembly that the engine uses: its types otherwise come with the DOM's, which do not belong here. */
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: SharedArrayBuffer;
    grow(pages: number): number;
  }
  const Memory: new (options: { initial: number; maximum: number; shared: true }) => Memory;

  interface Global {
    value: number;
  }

  type Module = object;
  const Module: new (bytes: Uint8Array) => Module;

  interface Instance {
    readonly exports: Record<string, unknown>;
  }
  const Instance: new (module: Module, imports: { env: { memory: Memory; [name: string]: unknown } }) => Instance;
}
