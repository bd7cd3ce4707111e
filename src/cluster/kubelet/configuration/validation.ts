import { parseDuration, showDuration } from '#base/flags'
import type { Json } from '#schema/object'
import { type Leaf, leavesOf } from './read-configuration.ts'
import { treatments } from './treatments.ts'

type Mapping = { [key: string]: Json }

/** What a configuration comes to. */
export interface Verdict {
  /** Names and values of flags that say the same. */
  readonly flags: readonly (readonly [name: string, value: string])[]
  /** Why it is refused; all reasons. */
  readonly faults: readonly string[]
  /** What it asks for and does not get. */
  readonly notes: readonly string[]
}

/** Judges each field that a configuration sets. */
export function judge(object: Mapping): Verdict {
  const flags: [string, string][] = []
  const faults: string[] = [...shutdownFaults(object), ...intervalFaults(object)]
  const notes: string[] = []
  for (const leaf of leavesOf(object)) {
    const treatment = treatments[leaf.path]
    if (treatment === undefined) throw new Error(`no treatment of ${leaf.path}`)
    if ('flag' in treatment) {
      flags.push([treatment.flag, treatment.show(leaf.value)])
    } else if (treatment.fits !== 'any' && !treatment.fits.some((one) => one === leaf.value)) {
      const text = sentence(leaf, treatment.why)
      if (treatment.otherwise === 'refuse') faults.push(`invalid configuration: ${text}`)
      else notes.push(text)
    }
  }
  return { flags: [...flags, ...derived(object)], faults, notes }
}

const sentence = ({ path, value }: Leaf, why: string) =>
  `${path} ${typeof value === 'string' ? value : JSON.stringify(value)} is not supported: ${why}`

/** Values that follow from others when the file does not say them. */
function derived({ nodeStatusUpdateFrequency, nodeStatusReportFrequency, ...rest }: Mapping) {
  const flags: [string, string][] = []
  const isSet = (duration: Json | undefined) => duration !== undefined && duration !== '0s'
  if (isSet(nodeStatusUpdateFrequency) && !isSet(nodeStatusReportFrequency))
    flags.push(['node-status-report-frequency', nodeStatusUpdateFrequency as string])
  if (rest.serializeImagePulls === undefined && Number(rest.maxParallelImagePulls ?? 0) > 1)
    flags.push(['serialize-image-pulls', 'false'])
  return flags
}

const millis = (value: Json | undefined) => parseDuration((value ?? '0s') as string) ?? 0
const shownIn = (value: Json | undefined) => `{${showDuration(millis(value))}}`

function shutdownFaults(object: Mapping): string[] {
  const { shutdownGracePeriod: all, shutdownGracePeriodCriticalPods: critical } = object
  const groups = (object.shutdownGracePeriodByPodPriority ?? []) as Json[]
  const faults: string[] = []
  if (millis(critical) > millis(all))
    faults.push(
      `shutdownGracePeriodCriticalPods ${shownIn(critical)} must be <= shutdownGracePeriod ${shownIn(all)}`,
    )
  for (const name of ['shutdownGracePeriod', 'shutdownGracePeriodCriticalPods']) {
    const ms = millis(object[name])
    if (ms < 0 || (ms > 0 && ms < 1000))
      faults.push(`${name} ${shownIn(object[name])} must be either zero or otherwise >= 1 sec`)
  }
  if (groups.length > 0 && (millis(all) > 0 || millis(critical) > 0))
    faults.push(
      'Cannot specify both shutdownGracePeriodByPodPriority and shutdownGracePeriod at the same time',
    )
  return faults.map((one) => `invalid configuration: ${one}`)
}

function intervalFaults(object: Mapping): string[] {
  const { containerLogMonitorInterval: interval, nodeLeaseDurationSeconds: lease } = object
  const { maxParallelImagePulls: pulls, serializeImagePulls: serial } = object
  const faults: string[] = []
  if (lease !== undefined && Number(lease) < 0) faults.push('nodeLeaseDurationSeconds must be greater than 0')
  if (interval !== undefined && millis(interval) < 3000)
    faults.push('containerLogMonitorInterval must be a positive time duration greater than or equal to 3s')
  if (pulls !== undefined && Number(pulls) < 1)
    faults.push(`maxParallelImagePulls ${pulls as number} must be a positive number`)
  if (serial === true && Number(pulls ?? 0) > 1)
    faults.push(
      'maxParallelImagePulls cannot be larger than 1 unless SerializeImagePulls (--serialize-image-pulls) is set to false',
    )
  return faults.map((one) => `invalid configuration: ${one}`)
}
