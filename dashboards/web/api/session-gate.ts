/** What asks a person to sign in again over the page that is open; answers whether they did. */
type Ask = () => Promise<boolean>;

/**
 * Between requests that find the session gone and the dialog that renews it. However many requests fail at once, one dialog
 * opens and all of them wait for it.
 */
export const createSessionGate = () => {
  let ask: Ask | null = null;
  let asking: Promise<boolean> | null = null;
  return {
    /** The signed-in part of the application is shown: `ask` opens its dialog. Returns how to take it back. */
    open: (given: Ask) => {
      ask = given;
      return () => {
        ask = null;
      };
    },
    signedInAgain: (): Promise<boolean> => {
      if (ask === null) return Promise.resolve(false);
      asking ??= ask().finally(() => {
        asking = null;
      });
      return asking;
    },
  };
};

export const sessionGate = createSessionGate();
