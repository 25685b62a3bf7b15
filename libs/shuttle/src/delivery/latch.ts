/** Lets one party sleep until another has something for it; a call that comes while nobody sleeps is not lost. */
export class Latch {
  private isOpen = false;
  private wake: (() => void) | undefined;

  open(): void {
    if (this.isOpen) return;
    this.isOpen = true;
    this.wake?.();
  }

  async passed(): Promise<void> {
    if (!this.isOpen) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = undefined;
    }
    this.isOpen = false;
  }
}
