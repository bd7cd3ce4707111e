import type { Runtime, Sandbox } from '../contract.ts'
import type { Channel } from './channel.ts'
import { deadlineMs } from './deadlines.ts'
import { type PodSandbox, type PodSandboxStatus, RuntimeService } from './gen/cri_pb.ts'
import { sandboxReady } from './numbers.ts'
import { toMs } from './nanos.ts'

const rpc = RuntimeService.method

const toSandbox = (listed: PodSandbox | PodSandboxStatus): Sandbox => ({
  id: listed.id,
  podUid: listed.metadata?.uid ?? '',
  podName: listed.metadata?.name ?? '',
  podNamespace: listed.metadata?.namespace ?? '',
  attempt: listed.metadata?.attempt ?? 0,
  ready: listed.state === sandboxReady,
  createdAt: toMs(listed.createdAt),
  labels: listed.labels,
  annotations: listed.annotations,
})

const ipsOf = (status: PodSandboxStatus): string[] =>
  status.network === undefined || status.network.ip === ''
    ? []
    : [status.network.ip, ...status.network.additionalIps.map(({ ip }) => ip)]

type Verbs = 'runPodSandbox' | 'stopPodSandbox' | 'removePodSandbox' | 'podSandboxStatus' | 'listPodSandbox'

/** Sandboxes: the shared ground that a pod's containers stand on. */
export function sandboxRpc(channel: Channel): Pick<Runtime, Verbs> {
  return {
    async runPodSandbox(config, signal) {
      return (await channel.call(rpc.runPodSandbox, { config }, deadlineMs.sandbox, signal)).podSandboxId
    },
    async stopPodSandbox(podSandboxId, signal) {
      await channel.call(rpc.stopPodSandbox, { podSandboxId }, deadlineMs.usual, signal)
    },
    async removePodSandbox(podSandboxId, signal) {
      await channel.call(rpc.removePodSandbox, { podSandboxId }, deadlineMs.usual, signal)
    },
    async podSandboxStatus(podSandboxId, signal) {
      const answer = await channel.call(rpc.podSandboxStatus, { podSandboxId }, deadlineMs.usual, signal)
      const status = answer.status as PodSandboxStatus
      return { ...toSandbox(status), ips: ipsOf(status) }
    },
    async listPodSandbox({ id = '', labels = {} }, signal) {
      const filter = { id, labelSelector: { ...labels } }
      return (await channel.call(rpc.listPodSandbox, { filter }, deadlineMs.usual, signal)).items.map(
        toSandbox,
      )
    },
  }
}
