import { parseDuration } from '#base/flags'
import type { Random } from '#base/random'
import type { Pod } from '#kinds/gen/core-v1'
import { RuntimeFault, type SimulatedProcess, type SimulatedPull } from '#kubelet'

/** How pods fare that say nothing themselves. */
export interface Outcomes {
  readonly pullDelayMs: number
  readonly startDelayMs: number
  /** 0: until the pod is deleted. */
  readonly runForMs: number
  readonly failPercent: number
}

/** What annotations of a pod that decide about itself begin with. */
export const outcomePrefix = 'simulated.kubeling.io/'

const read = <T>(
  pod: Pod | undefined,
  name: string,
  kind: string,
  parse: (text: string) => T | undefined,
) => {
  const text = pod?.metadata.annotations?.[`${outcomePrefix}${name}`]
  if (text === undefined) return undefined
  const value = parse(text)
  if (value === undefined)
    throw new RuntimeFault(
      'invalid',
      `annotation ${outcomePrefix}${name}: ${JSON.stringify(text)} is no ${kind}`,
      { grpcCode: 'InvalidArgument' },
    )
  return value
}

const duration = (pod: Pod | undefined, name: string) =>
  read(pod, name, 'duration, as in 1m30s', (text) => {
    const ms = parseDuration(text)
    return ms === undefined || ms < 0 ? undefined : ms
  })

const exitCodeOf = (text: string) => (/^\d{1,3}$/.test(text) && Number(text) < 256 ? Number(text) : undefined)

const truths: Readonly<Record<string, boolean>> = { true: true, false: false }

/** How one start of a container goes. @throws RuntimeFault for an annotation that cannot be read. */
export function processOf(
  outcomes: Outcomes,
  pod: Pod | undefined,
  container: string,
  random: Random,
): SimulatedProcess {
  const isInit = pod?.spec?.initContainers?.some(
    ({ name, restartPolicy }) => name === container && restartPolicy !== 'Always',
  )
  const startsAfterMs = duration(pod, 'start-delay') ?? outcomes.startDelayMs
  const isDeaf = read(pod, 'ignore-stop', 'true or false', (text) => truths[text]) ?? false
  const runForMs = duration(pod, 'run-for') ?? outcomes.runForMs
  if (isInit === true) return { startsAfterMs, endsAfterMs: 0, isDeaf }
  const told = read(pod, 'exit-code', 'exit code from 0 to 255', exitCodeOf)
  const exitCode = told ?? (random.next() * 100 < outcomes.failPercent ? 1 : 0)
  const ends = runForMs > 0 || exitCode > 0 || told !== undefined
  return { startsAfterMs, isDeaf, ...(ends && { endsAfterMs: runForMs, exitCode }) }
}

/** How the pull of an image goes. @throws RuntimeFault for an annotation that cannot be read. */
export function pullOf(outcomes: Outcomes, pod: Pod | undefined): SimulatedPull {
  const takesMs = duration(pod, 'pull-delay') ?? outcomes.pullDelayMs
  const fault = pod?.metadata.annotations?.[`${outcomePrefix}pull-error`]
  return { takesMs, ...(fault !== undefined && { fault }) }
}
