/** How long calls of the runtime may take, as upstream's kubelet allows. */
export const deadlineMs = {
  /** Most calls. */
  usual: 120_000,
  /** Sandboxes, whose network may be slow to come. */
  sandbox: 240_000,
  /** What a call that has its own time limit gets on top of it. */
  extra: 120_000,
  /** Pulls end when nothing comes, which the runtime watches. */
  none: 0,
} as const
