import type { PodSpec, Volume } from '../../gen/core-v1.ts'

/** What of its pod a container's rules look at. */
export interface Surroundings {
  /** Sound volumes by name. */
  readonly volumes: ReadonlyMap<string, Volume>
  readonly claimNames: ReadonlySet<string>
  readonly restartPolicy: string
  readonly graceSeconds: number | undefined
  /** Containers' users are the host's own. */
  readonly hasHostUsers: boolean
  readonly mayBePrivileged: boolean
}

/** Gathers what the containers of a pod depend on. */
export function surroundingsOf(
  spec: PodSpec,
  volumes: ReadonlyMap<string, Volume>,
  mayBePrivileged: boolean,
): Surroundings {
  const claimNames = (spec.resourceClaims ?? []).map(({ name }) => name).filter((name) => name !== '')
  return {
    volumes,
    claimNames: new Set(claimNames),
    restartPolicy: spec.restartPolicy ?? '',
    graceSeconds: spec.terminationGracePeriodSeconds,
    hasHostUsers: spec.hostUsers ?? true,
    mayBePrivileged,
  }
}
