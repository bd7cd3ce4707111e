import type { Runtime } from '../contract.ts'
import type { Channel } from './channel.ts'
import { deadlineMs } from './deadlines.ts'
import { RuntimeService } from './gen/cri_pb.ts'

const rpc = RuntimeService.method

/** Commands in containers, and the URLs at which the runtime streams sessions. */
export function streamingRpc(
  channel: Channel,
): Pick<Runtime, 'execSync' | 'exec' | 'attach' | 'portForward'> {
  return {
    async execSync(containerId, cmd, timeoutSeconds, signal) {
      const request = { containerId, cmd: [...cmd], timeout: BigInt(timeoutSeconds) }
      const deadline = timeoutSeconds === 0 ? deadlineMs.none : timeoutSeconds * 1000 + deadlineMs.extra
      return await channel.call(rpc.execSync, request, deadline, signal)
    },
    async exec(config, signal) {
      return (await channel.call(rpc.exec, config, deadlineMs.usual, signal)).url
    },
    async attach(config, signal) {
      return (await channel.call(rpc.attach, config, deadlineMs.usual, signal)).url
    },
    async portForward(podSandboxId, port, signal) {
      return (
        await channel.call(rpc.portForward, { podSandboxId, port: [...port] }, deadlineMs.usual, signal)
      ).url
    },
  }
}
