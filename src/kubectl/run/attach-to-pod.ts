import { sleep } from '#base/clock'
import type { Pod } from '#kinds/gen/core-v1'
import type { RunCall } from '../commands/run.ts'
import { hasTerminal } from '../commands/exec.ts'
import { KubectlError } from '../fault.ts'
import { complain } from '../io.ts'
import { logPath } from '../streams/connect.ts'
import { runSession } from '../streams/session.ts'
import { pods } from '../resources/pods.ts'

/** Waits until the pod runs, joins it, and resolves to its exit code where that is final. */
export async function attachToPod(call: RunCall, made: Pod, namespace: string): Promise<number> {
  const { values, factory, io } = call
  const client = await factory.client()
  const name = made.metadata.name ?? ''
  const pod = await untilPod(call, name, namespace, hasStarted)
  if (isOver(pod)) {
    const log = await client.raw('GET', logPath({ namespace, name }, { container: name }))
    io.stdout.write(String(log as string))
  } else {
    if (!values.quiet && values.stdin)
      complain(io, "If you don't see a command prompt, try pressing enter.\n")
    await runSession({
      client,
      io,
      pod: { namespace, name },
      subresource: 'attach',
      container: name,
      command: [],
      stdin: values.stdin,
      tty: hasTerminal(call),
      stderr: !values.tty,
    })
  }
  return values.restart === 'Always' ? 0 : exitCodeOf(await untilPod(call, name, namespace, isOver))
}

async function untilPod(
  { values, factory, io }: RunCall,
  name: string,
  namespace: string,
  isReached: (pod: Pod) => boolean,
): Promise<Pod> {
  const client = await factory.client()
  const deadline = io.clock.monotonic() + values.podRunningTimeout
  for (;;) {
    const pod = await client.get<Pod>(pods, name, { namespace })
    if (isReached(pod)) return pod
    if (io.clock.monotonic() > deadline) throw new KubectlError(`timed out waiting for the condition`)
    await sleep(io.clock, 100, io.signal)
  }
}

const isOver = ({ status }: Pod) => status?.phase === 'Succeeded' || status?.phase === 'Failed'
const hasStarted = (pod: Pod) => pod.status?.phase === 'Running' || isOver(pod)

function exitCodeOf({ status, metadata }: Pod): number {
  const code = status?.containerStatuses?.[0]?.state?.terminated?.exitCode ?? 0
  if (code === 0) return 0
  throw new KubectlError(
    `pod ${metadata.namespace}/${metadata.name} terminated (${status?.reason ?? 'Error'})`,
    { code },
  )
}
