import { defineCommand } from '../command.ts'
import { KubectlError, UsageError } from '../fault.ts'
import { complain } from '../io.ts'
import { containerOf, podOf } from '../streams/pod-of.ts'
import { runSession } from '../streams/session.ts'
import { hasTerminal, streamFlags } from './exec.ts'

/** `kubectl attach`. */
export const attach = defineCommand({
  about: 'Join the streams of the process that runs in a container.',
  examples: `# See what a pod prints
kubectl attach web

# Write to it as well
kubectl attach web -c shell -i -t`,
  usage: '(POD | TYPE/NAME) [-c CONTAINER] [options]',
  flags: streamFlags,
  async run(call) {
    const { args, values, factory, io, path } = call
    const [target] = args
    if (target === undefined) throw new UsageError(path, 'at least 1 argument is required for attach')
    if (args.length > 2)
      throw new UsageError(
        path,
        `expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(' ')}]`,
      )
    const pod = await podOf(args[1] === undefined ? target : `${target}/${args[1]}`, factory)
    const { phase } = pod.status ?? {}
    if (phase === 'Succeeded' || phase === 'Failed')
      throw new KubectlError(`cannot attach a container in a completed pod; current phase is ${phase}`)
    const container = containerOf(pod, values.container, io, values.quiet)
    const spec = pod.spec?.containers.find(({ name }) => name === container)
    const tty = hasTerminal(call) && spec?.tty === true
    if (values.tty && spec?.tty !== true)
      complain(io, `error: Unable to use a TTY - container ${container} did not allocate one\n`)
    if (!values.quiet && values.stdin)
      complain(io, "If you don't see a command prompt, try pressing enter.\n")
    return runSession({
      client: await factory.client(),
      io,
      pod: { namespace: pod.metadata?.namespace ?? '', name: pod.metadata?.name ?? '' },
      subresource: 'attach',
      container,
      command: [],
      stdin: values.stdin,
      tty,
      stderr: spec?.tty !== true,
    })
  },
})
