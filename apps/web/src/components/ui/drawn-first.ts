/**
 * For a `ModalOverlay`: it is drawn before what lies below becomes inert, which has everything in sight styled anew. The
 * focus goes in at once where something in it asks for it, otherwise with that step, a frame later.
 */
export const DRAWN_FIRST = { UNSTABLE_deferUntilEntered: true, onEnter: nextPaint } as const;

/** Resolves when the next frame has been drawn; at once where nobody looks, as none is drawn then. */
async function nextPaint(): Promise<void> {
  if (document.hidden) return;
  await new Promise(requestAnimationFrame);
  await new Promise((resolve) => setTimeout(resolve));
}
