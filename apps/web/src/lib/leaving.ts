let isUnderWay = false;

/** Told by the router, at once: what React shows of it comes later. */
export function tellLeaving(isLeaving: boolean): void {
  isUnderWay = isLeaving;
}

/** Whether another page has been asked for, or is shown in place of `pathname` as soon as it is drawn. */
export function isLeaving(pathname: string): boolean {
  return isUnderWay || window.location.pathname !== pathname;
}
