/** A list of ids that grows. */
export class IdBuffer {
  private ids = new Int32Array(256);
  private count = 0;

  push(id: number): void {
    if (this.count === this.ids.length) this.grow(this.count + 1);
    this.ids[this.count++] = id;
  }

  append(ids: ArrayLike<number>): void {
    if (this.count + ids.length > this.ids.length) this.grow(this.count + ids.length);
    this.ids.set(ids, this.count);
    this.count += ids.length;
  }

  /** What was added since the last call, as a copy. */
  take(): Int32Array {
    const taken = this.ids.slice(0, this.count);
    this.count = 0;
    return taken;
  }

  private grow(least: number): void {
    const larger = new Int32Array(Math.max(least, this.ids.length * 2));
    larger.set(this.ids);
    this.ids = larger;
  }
}
