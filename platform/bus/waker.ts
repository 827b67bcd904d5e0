/** A wait that can be cut short; a `wake` while nobody waits is kept for the next wait, so that none is lost. */
export function createWaker() {
  let woken = false;
  let resume: (() => void) | null = null;
  return {
    wake(): void {
      woken = true;
      resume?.();
    },
    async wait(ms: number): Promise<void> {
      if (!woken) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          resume = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      resume = null;
      woken = false;
    },
  };
}
