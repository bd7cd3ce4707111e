import { boolKind, durationKind, flag, intKind, stringKind } from '#base/flags'
import { parseTime } from '#base/time'
import type { Pod } from '#kinds/gen/core-v1'
import { type Call, defineCommand } from '../command.ts'
import { KubectlError, UsageError } from '../fault.ts'
import { copyLogs } from '../logs/copy-logs.ts'
import { pods } from '../resources/pods.ts'
import { podOf } from '../streams/pod-of.ts'

/** Flags of `kubectl logs`. */
export const logFlags = {
  allContainers: flag('all-containers', boolKind, false, "Print the logs of all of the pod's containers."),
  allPods: flag(
    'all-pods',
    boolKind,
    false,
    'Print the logs of all pods that the object selects, with --prefix.',
  ),
  container: flag('container', stringKind, '', 'The container.', { short: 'c' }),
  follow: flag('follow', boolKind, false, 'Go on as the log grows.', { short: 'f' }),
  ignoreErrors: flag('ignore-errors', boolKind, false, 'Follow the other logs when one fails.'),
  limitBytes: flag('limit-bytes', intKind, 0, 'Print at most this many bytes; 0 for all.'),
  maxLogRequests: flag('max-log-requests', intKind, 5, 'With -l, how many logs to follow at once.'),
  prefix: flag('prefix', boolKind, false, 'Print the pod and the container before each line.'),
  previous: flag('previous', boolKind, false, 'Print the log of the container before the last restart.', {
    short: 'p',
  }),
  selector: flag('selector', stringKind, '', 'Print the logs of pods with these labels.', { short: 'l' }),
  since: flag('since', durationKind, 0, 'Print only what is younger than this: 5s, 2m, 3h.'),
  sinceTime: flag('since-time', stringKind, '', 'Print only what was written after this time (RFC 3339).'),
  tail: flag(
    'tail',
    intKind,
    -1,
    'Print only this many lines of the end; all by default, 10 with a selector.',
  ),
  timestamps: flag('timestamps', boolKind, false, 'Print the time before each line.'),
} as const

/** A call of `kubectl logs`. */
export type LogsCall = Call<typeof logFlags>

/** `kubectl logs`. */
export const logs = defineCommand({
  about: 'Print the logs of a container, or of several.',
  examples: `# Print the log of a pod with one container
kubectl logs web

# Follow the log of one container
kubectl logs -f -c nginx web

# Print the last 20 lines of all pods with a label
kubectl logs -l app=web --all-containers --tail=20`,
  usage: '[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER] [options]',
  flags: logFlags,
  async run(call) {
    checkLogFlags(call)
    const pods = await podsOf(call)
    await copyLogs(call, pods)
  },
})

function checkLogFlags({ values, args, given, path }: LogsCall): void {
  const { selector, since, sinceTime, tail, limitBytes, allContainers, container } = values
  if (args.length === 0 && selector === '')
    throw new UsageError(
      path,
      "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command",
    )
  if (args.length > 0 && selector !== '')
    throw new UsageError(path, 'only a selector (-l) or a POD name is allowed')
  if (args.length > 2)
    throw new UsageError(path, `expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.`)
  if (since !== 0 && sinceTime !== '')
    throw new KubectlError('at most one of `sinceTime` or `sinceSeconds` may be specified')
  if (sinceTime !== '' && parseTime(sinceTime) === undefined)
    throw new KubectlError(
      `parsing time ${JSON.stringify(sinceTime)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(sinceTime)} as "2006"`,
    )
  if (allContainers && container !== '')
    throw new KubectlError('--all-containers=true should not be specified with container name ' + container)
  if (given.has('limit-bytes') && limitBytes < 1)
    throw new KubectlError('--limit-bytes must be greater than 0')
  if (given.has('tail') && tail < -1) throw new KubectlError('--tail must be greater than or equal to -1')
}

async function podsOf({ values, args, factory }: LogsCall): Promise<Pod[]> {
  if (values.selector === '') return [await podOf(args[0] as string, factory)]
  const { namespace } = await factory.namespace()
  const client = await factory.client()
  return (await client.list<Pod>(pods, { namespace, labelSelector: values.selector })).items
}
