import type { Runtime } from '../contract.ts'
import type { Channel } from './channel.ts'
import { deadlineMs } from './deadlines.ts'
import { RuntimeService } from './gen/cri_pb.ts'

const rpc = RuntimeService.method

/** The runtime's word on itself. */
export function runtimeRpc(
  channel: Channel,
): Pick<Runtime, 'version' | 'status' | 'updateRuntimeConfig' | 'containerEvents'> {
  return {
    async version(signal) {
      const answer = await channel.call(rpc.version, { version: 'v1' }, deadlineMs.usual, signal)
      return {
        name: answer.runtimeName,
        version: answer.runtimeVersion,
        apiVersion: answer.runtimeApiVersion,
      }
    },
    async status(signal) {
      const answer = await channel.call(rpc.status, { verbose: true }, deadlineMs.usual, signal)
      const handlers = answer.runtimeHandlers.map(({ name, features }) => ({
        name,
        hasRecursiveReadOnly: features?.recursiveReadOnlyMounts === true,
        hasUserNamespaces: features?.userNamespaces === true,
      }))
      const hasGroupsPolicy = answer.features?.supplementalGroupsPolicy === true
      return { conditions: answer.status?.conditions ?? [], info: answer.info, handlers, hasGroupsPolicy }
    },
    async updateRuntimeConfig(podCidr, signal) {
      const runtimeConfig = { networkConfig: { podCidr } }
      await channel.call(rpc.updateRuntimeConfig, { runtimeConfig }, deadlineMs.usual, signal)
    },
    containerEvents: (hint, signal) =>
      channel.stream(
        rpc.getContainerEvents,
        {},
        (event) => hint(event.podSandboxStatus?.metadata?.uid ?? ''),
        signal,
      ),
  }
}
