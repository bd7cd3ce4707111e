import { boolKind, durationKind, flag, stringKind } from '#base/flags'
import { type Call, defineCommand } from '../command.ts'
import { KubectlError, UsageError } from '../fault.ts'
import { complain } from '../io.ts'
import { containerOf, podOf } from '../streams/pod-of.ts'
import { runSession } from '../streams/session.ts'

/** Flags of commands that join a container's streams. */
export const streamFlags = {
  container: flag(
    'container',
    stringKind,
    '',
    'The container. Without it the one that the pod prefers, or the first.',
    { short: 'c' },
  ),
  podRunningTimeout: flag('pod-running-timeout', durationKind, 60_000, 'How long to wait until a pod runs.'),
  quiet: flag('quiet', boolKind, false, 'Print only what the container prints.', { short: 'q' }),
  stdin: flag('stdin', boolKind, false, 'Pass our standard input on to the container.', { short: 'i' }),
  tty: flag('tty', boolKind, false, 'Standard input is a terminal.', { short: 't' }),
} as const

/** `kubectl exec`. */
export const exec = defineCommand({
  about: 'Run a command in a container.',
  examples: `# Run date in a pod
kubectl exec web -- date

# Open a shell in a container
kubectl exec web -c nginx -i -t -- sh

# Write a file through standard input
kubectl exec -i web -- sh -c 'cat > /tmp/file' < file`,
  usage: '(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]',
  flags: streamFlags,
  async run(call) {
    const [target, ...command] = checkedArgs(call)
    const { values, factory, io } = call
    const pod = await podOf(target, factory)
    const { phase } = pod.status ?? {}
    if (phase === 'Succeeded' || phase === 'Failed')
      throw new KubectlError(`cannot exec into a container in a completed pod; current phase is ${phase}`)
    return runSession({
      client: await factory.client(),
      io,
      pod: { namespace: pod.metadata?.namespace ?? '', name: pod.metadata?.name ?? '' },
      subresource: 'exec',
      container: containerOf(pod, values.container, io, values.quiet),
      command,
      stdin: values.stdin,
      tty: hasTerminal(call),
      stderr: true,
    })
  },
})

function checkedArgs({ args, dashAt, path }: Call<typeof streamFlags>): [string, ...string[]] {
  const [target, ...command] = args
  if (target === undefined || dashAt === 0)
    throw new UsageError(path, 'pod, type/name or --filename must be specified')
  if (command.length === 0)
    throw new UsageError(path, 'you must specify at least one command for the container')
  if (dashAt !== 1)
    throw new UsageError(
      path,
      'exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead',
    )
  return [target, ...command]
}

/** Whether to use a terminal: only when one was asked for and there is one. */
export function hasTerminal({ values, io }: Call<typeof streamFlags>): boolean {
  if (!values.tty) return false
  if (values.stdin && io.stdin.isTTY === true) return true
  if (values.stdin && !values.quiet)
    complain(io, 'Unable to use a TTY - input is not a terminal or the right kind of file\n')
  return !values.stdin
}
