import { durationKind, flag, stringsKind } from '#base/flags'
import { defineCommand } from '../command.ts'
import { KubectlError, UsageError } from '../fault.ts'
import { forwardPorts } from '../port-forward/forward-ports.ts'
import { readPorts } from '../port-forward/read-ports.ts'
import { podOf } from '../streams/pod-of.ts'

/** `kubectl port-forward`. */
export const portForward = defineCommand({
  about: 'Forward local ports to a pod until Ctrl-C, or until the pod ends.',
  examples: `# Forward port 8080 here to port 80 of the pod
kubectl port-forward pod/web 8080:80

# A free port here, port 5000 there
kubectl port-forward pod/web :5000`,
  usage: 'TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]',
  flags: {
    address: flag(
      'address',
      stringsKind,
      ['localhost'],
      'Addresses here to listen on, or localhost for 127.0.0.1 and ::1.',
    ),
    podRunningTimeout: flag(
      'pod-running-timeout',
      durationKind,
      60_000,
      'How long to wait until a pod runs.',
    ),
  },
  async run({ values, args, path, factory, io }) {
    const [target, ...ports] = args
    if (target === undefined || ports.length === 0)
      throw new UsageError(path, 'TYPE/NAME and list of ports are required for port-forward')
    const wanted = readPorts(ports)
    const pod = await podOf(target, factory)
    if (pod.status?.phase !== 'Running')
      throw new KubectlError(
        `unable to forward port because pod is not running. Current status=${pod.status?.phase ?? 'Pending'}`,
      )
    const place = { namespace: pod.metadata?.namespace ?? '', name: pod.metadata?.name ?? '' }
    await forwardPorts({
      client: await factory.client(),
      io,
      pod: place,
      ports: wanted,
      addresses: values.address,
    })
  },
})
