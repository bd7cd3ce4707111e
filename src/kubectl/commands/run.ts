import { boolKind, durationKind, flag, intKind, stringArrayKind, stringKind } from '#base/flags'
import type { Pod } from '#kinds/gen/core-v1'
import { applyMergePatch } from '#schema/merge-patch'
import type { Json } from '#schema/object'
import { type Call, defineCommand } from '../command.ts'
import { KubectlError, UsageError } from '../fault.ts'
import { complain, print } from '../io.ts'
import { doneShower } from '../show-done.ts'
import { attachToPod } from '../run/attach-to-pod.ts'
import { podFromFlags } from '../run/pod-from-flags.ts'
import { type DryRun, dryRunFlag, dryRunNote, outputFlags, readDryRun } from '../write-flags.ts'
import { streamFlags } from './exec.ts'
import { pods } from '../resources/pods.ts'

/** Flags of `kubectl run`. */
export const runFlags = {
  ...outputFlags,
  ...streamFlags,
  annotations: flag('annotations', stringArrayKind, [], 'Annotations of the pod: KEY=VALUE.'),
  attach: flag('attach', boolKind, false, 'Wait until the pod runs and join its streams. On with --stdin.'),
  command: flag(
    'command',
    boolKind,
    false,
    'The words behind -- are the command, and not arguments of the image.',
  ),
  dryRun: dryRunFlag,
  env: flag('env', stringArrayKind, [], 'Environment of the container: NAME=VALUE.'),
  fieldManager: flag(
    'field-manager',
    stringKind,
    'kubectl-run',
    'Name under which the server notes who wrote the fields.',
  ),
  gracePeriod: flag('grace-period', intKind, -1, 'With --rm, seconds that the pod gets to end in.'),
  image: flag('image', stringKind, '', 'The image of the container.'),
  imagePullPolicy: flag(
    'image-pull-policy',
    stringKind,
    '',
    'When to pull the image: Always, IfNotPresent, Never.',
  ),
  labels: flag('labels', stringKind, '', 'Labels of the pod: KEY=VALUE,...', { short: 'l' }),
  leaveStdinOpen: flag(
    'leave-stdin-open',
    boolKind,
    false,
    'Keep standard input open after the first session.',
  ),
  overrides: flag('overrides', stringKind, '', 'JSON that is merged into the pod.'),
  port: flag('port', stringKind, '', 'A port that the container opens.'),
  privileged: flag('privileged', boolKind, false, 'Run the container privileged.'),
  restart: flag(
    'restart',
    stringKind,
    'Always',
    'When to start the container again: Always, OnFailure, Never.',
  ),
  rm: flag('rm', boolKind, false, 'Delete the pod when its session ends.'),
  timeout: flag('timeout', durationKind, 0, 'How long to wait for a deletion.'),
} as const

/** A call of `kubectl run`. */
export type RunCall = Call<typeof runFlags>

/** `kubectl run`. */
export const run = defineCommand({
  about: 'Create a pod that runs an image.',
  examples: `# Run nginx
kubectl run nginx --image=nginx

# Show the pod without creating it
kubectl run nginx --image=nginx --dry-run=client -o yaml

# A shell that is gone when you leave it
kubectl run -it --rm shell --image=busybox --restart=Never -- sh`,
  usage:
    'NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...] [options]',
  flags: runFlags,
  async run(call) {
    const dryRun = checkedDryRun(call)
    const [name, ...words] = call.args
    if (name === undefined) throw new UsageError(call.path, 'NAME is required for run')
    const { namespace } = await call.factory.namespace()
    const pod = overridden(podFromFlags(name, words, call), call.values.overrides)
    const made = await create(call, pod, namespace, dryRun)
    const isAttached = call.values.attach || call.values.stdin
    if (!isAttached || dryRun !== 'none') {
      const show = doneShower({ io: call.io, ...call.values, note: dryRunNote(dryRun) })
      show({ singular: 'pod', kind: 'Pod', group: '' }, made as unknown as Json, 'created')
      return 0
    }
    return session(call, made, namespace)
  },
})

function checkedDryRun({ values, given, path }: RunCall): DryRun {
  const dryRun = readDryRun(values.dryRun)
  if (!given.has('image')) throw new KubectlError('required flag(s) "image" not set')
  if (values.image === '') throw new KubectlError('--image is required')
  if (!['Always', 'OnFailure', 'Never'].includes(values.restart))
    throw new UsageError(path, `invalid restart policy: ${values.restart}`)
  const isAttached = values.attach || values.stdin
  if (values.tty && !values.stdin)
    throw new UsageError(path, '-i/--stdin is required for containers with -t/--tty=true')
  if (values.rm && !isAttached) throw new UsageError(path, '--rm should only be used for attached containers')
  if (isAttached && dryRun !== 'none')
    throw new UsageError(
      path,
      "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
    )
  return dryRun
}

function overridden(pod: Pod, overrides: string): Pod {
  if (overrides === '') return pod
  let patch: Json
  try {
    patch = JSON.parse(overrides) as Json
  } catch (error) {
    throw new KubectlError(`invalid JSON in --overrides: ${(error as Error).message}`)
  }
  return applyMergePatch(pod as unknown as Json, patch) as unknown as Pod
}

async function create(
  { values, factory }: RunCall,
  pod: Pod,
  namespace: string,
  dryRun: DryRun,
): Promise<Pod> {
  if (dryRun === 'client') return pod
  const client = await factory.client()
  return client.create<Pod>(pods, pod, {
    namespace,
    dryRun: dryRun === 'server',
    fieldManager: values.fieldManager,
  })
}

async function session(call: RunCall, pod: Pod, namespace: string): Promise<number> {
  const { values, factory, io } = call
  const client = await factory.client()
  try {
    return await attachToPod(call, pod, namespace)
  } finally {
    if (values.rm) {
      const grace = values.gracePeriod < 0 ? {} : { gracePeriodSeconds: values.gracePeriod }
      await client
        .delete(pods, pod.metadata.name ?? '', { namespace, ...grace })
        .then(() => print(io, `pod ${JSON.stringify(pod.metadata.name)} deleted\n`))
        .catch((error: unknown) => complain(io, `error: ${(error as Error).message}\n`))
    }
  }
}
