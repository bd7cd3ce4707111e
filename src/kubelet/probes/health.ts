import type { ProbeKind } from './probe-count.ts'

/** How a running container is, as its probes find. */
export interface Health {
  /** What startup waits for has come. */
  readonly started: boolean
  readonly ready: boolean
  /** The probe for whose failure the container must end, with a grace of its own. */
  readonly failed?: { readonly kind: ProbeKind; readonly graceSeconds?: number | undefined }
}

/** How a container without probes is as soon as it runs. */
export const healthy: Health = { started: true, ready: true }
