import type { MessageInitShape } from '@bufbuild/protobuf'
import { never, type Cancel } from '#base/cancel'
import type { Clock } from '#base/clock'
import { Channel } from '../../cri/channel.ts'
import {
  Node as NodeService,
  type NodeGetVolumeStatsRequestSchema,
  type NodePublishVolumeRequestSchema,
  type NodeStageVolumeRequestSchema,
} from './gen/csi_pb.ts'

const rpc = NodeService.method
/** Upstream's: a driver may have to wait for a disk. */
const deadlineMs = 120_000

/** What a driver can do beyond publishing, by the published numbers. */
export const capability = {
  stage: 1,
  stats: 2,
  singleNodeMultiWriter: 5,
  mountGroup: 6,
} as const

/** How a driver knows this node, and how many volumes it takes. */
export interface DriverNode {
  readonly nodeId: string
  /** 0: as many as anybody wants. */
  readonly volumesMax: number
  readonly topology: Readonly<Record<string, string>>
}

/** How much of one thing a volume has; undefined where the driver does not say. */
export interface DriverUsage {
  readonly unit: 'bytes' | 'inodes'
  readonly available: number
  readonly total: number
  readonly used: number
}

const units: Readonly<Record<number, DriverUsage['unit']>> = { 1: 'bytes', 2: 'inodes' }

/** The node side of one CSI driver. Each method throws RuntimeFault with the driver's words. */
export class CsiDriver {
  readonly name: string
  readonly #channel: Channel

  constructor(name: string, endpoint: string, clock: Clock) {
    this.name = name
    this.#channel = new Channel(`unix://${endpoint}`, clock)
  }

  async node(signal: Cancel): Promise<DriverNode> {
    const answer = await this.#channel.call(rpc.nodeGetInfo, {}, deadlineMs, signal)
    return {
      nodeId: answer.nodeId,
      volumesMax: Number(answer.maxVolumesPerNode),
      topology: answer.accessibleTopology?.segments ?? {},
    }
  }

  async capabilities(signal: Cancel): Promise<ReadonlySet<number>> {
    const answer = await this.#channel.call(rpc.nodeGetCapabilities, {}, deadlineMs, signal)
    return new Set(answer.capabilities.flatMap(({ type }) => (type.case === 'rpc' ? [type.value.type] : [])))
  }

  async stage(request: MessageInitShape<typeof NodeStageVolumeRequestSchema>, signal: Cancel): Promise<void> {
    await this.#channel.call(rpc.nodeStageVolume, request, deadlineMs, signal)
  }

  async unstage(volumeId: string, stagingTargetPath: string, signal: Cancel): Promise<void> {
    await this.#channel.call(rpc.nodeUnstageVolume, { volumeId, stagingTargetPath }, deadlineMs, signal)
  }

  async publish(
    request: MessageInitShape<typeof NodePublishVolumeRequestSchema>,
    signal: Cancel,
  ): Promise<void> {
    await this.#channel.call(rpc.nodePublishVolume, request, deadlineMs, signal)
  }

  async unpublish(volumeId: string, targetPath: string, signal: Cancel): Promise<void> {
    await this.#channel.call(rpc.nodeUnpublishVolume, { volumeId, targetPath }, deadlineMs, signal)
  }

  async usage(
    request: MessageInitShape<typeof NodeGetVolumeStatsRequestSchema>,
    signal: Cancel = never,
  ): Promise<DriverUsage[]> {
    const { usage } = await this.#channel.call(rpc.nodeGetVolumeStats, request, deadlineMs, signal)
    return usage.flatMap(({ unit, available, total, used }) => {
      const known = units[unit]
      if (known === undefined) return []
      return [{ unit: known, available: Number(available), total: Number(total), used: Number(used) }]
    })
  }

  close(): void {
    this.#channel.close()
  }
}
