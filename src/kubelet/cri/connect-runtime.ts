import type { Clock } from '#base/clock'
import type { Runtime } from '../contract.ts'
import { Channel } from './channel.ts'
import { containerRpc } from './container-rpc.ts'
import { imageRpc } from './image-rpc.ts'
import { runtimeRpc } from './runtime-rpc.ts'
import { sandboxRpc } from './sandbox-rpc.ts'
import { statsRpc } from './stats-rpc.ts'
import { streamingRpc } from './streaming-rpc.ts'

/** The runtime behind an endpoint such as `unix:///run/containerd/containerd.sock`; connects at the first call. */
export function connectRuntime(endpoint: string, clock: Clock): Runtime {
  const channel = new Channel(endpoint.startsWith('/') ? `unix://${endpoint}` : endpoint, clock)
  return {
    ...runtimeRpc(channel),
    ...sandboxRpc(channel),
    ...containerRpc(channel),
    ...streamingRpc(channel),
    ...statsRpc(channel),
    ...imageRpc(channel),
    close: () => channel.close(),
  }
}
