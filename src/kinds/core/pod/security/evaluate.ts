import { compareBytes } from '#base/byte-order'
import { kubernetesVersion } from '#base/kubernetes-version'
import type { Check, Fault, SecuredPod } from './check.ts'
import { confinementChecks } from './confinement.ts'
import { hostChecks } from './host.ts'
import type { Standard } from './policy.ts'
import { powerChecks } from './powers.ts'
import { restrictedChecks } from './restricted.ts'

const checks: readonly Check[] = [...hostChecks, ...confinementChecks, ...powerChecks, ...restrictedChecks]

/** First the baseline's, then what is restricted, each by name: the order in which faults are told. */
const ordered = checks.toSorted((a, b) => compareBytes(a.level, b.level) || compareBytes(a.id, b.id))

const ownMinor = Number(kubernetesVersion.minor)

/** The checks of a level at a minor version. */
function checksOf(level: 'baseline' | 'restricted', minor: number): readonly Check[] {
  const known = ordered.filter(({ since }) => since <= minor)
  if (level === 'baseline') return known.filter((check) => check.level === 'baseline')
  const replaced = known.map(({ replaces }) => replaces)
  return known.filter(({ id }) => !replaced.includes(id))
}

/** Everything by which a pod falls short of a standard, in upstream's order. */
export function faultsOf(pod: SecuredPod, { level, version }: Standard): Fault[] {
  if (level === 'privileged') return []
  const minor = version === 'latest' ? ownMinor : Math.min(version, ownMinor)
  return checksOf(level, minor).flatMap((check) => check.check(pod, minor) ?? [])
}

/** `privileged (container "a" must not set ...), hostPort (...)` */
export const faultWords = (faults: readonly Fault[]): string =>
  faults.map(({ reason, detail }) => `${reason} (${detail})`).join(', ')

/** `privileged, hostPort` */
export const reasonWords = (faults: readonly Fault[]): string => faults.map(({ reason }) => reason).join(', ')
