import type { Runtime } from '../contract.ts'
import type { Channel } from './channel.ts'
import { deadlineMs } from './deadlines.ts'
import { RuntimeService } from './gen/cri_pb.ts'
import { toContainerStats } from './usage.ts'

/** What containers use. */
export function statsRpc(channel: Channel): Pick<Runtime, 'listContainerStats'> {
  return {
    async listContainerStats({ id = '', sandboxId = '', labels = {} }, signal) {
      const filter = { id, podSandboxId: sandboxId, labelSelector: { ...labels } }
      const method = RuntimeService.method.listContainerStats
      return (await channel.call(method, { filter }, deadlineMs.usual, signal)).stats.map(toContainerStats)
    },
  }
}
