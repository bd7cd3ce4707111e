import { computeQosClass, type QosClass } from '#kinds/core/pod/quality-of-service'
import type { Pod } from '#kinds/gen/core-v1'
import { type CgroupAmounts, podAmounts, podTotal, widest } from './amounts.ts'
import { type CgroupDriver, cgroupParent, cgroupParts, cgroupPath, podUidOf } from './cgroup-names.ts'
import { type CgroupTree, openCgroups } from './cgroup-tree.ts'
import { cpuSharesOf } from './cpu-amounts.ts'

/** How pods are put into cgroups. */
export interface CgroupOptions {
  readonly driver: CgroupDriver
  /** The cgroup under which that of all pods is: / for the machine's. */
  readonly root: string
  /** What all pods together may use. */
  readonly allPods: CgroupAmounts
  /** How many processes a pod may have; 0 for no limit. */
  readonly podPidsMax: number
  /** Where cgroups are mounted; /sys/fs/cgroup without it. */
  readonly mount?: string
}

/** The cgroups of pods. */
export interface PodCgroups {
  /** The cgroup of a pod as its runtime is told it. */
  parentOf(pod: Pod): string
  /**
   * Makes the cgroup of a pod or sets anew what it may use. @param alive all pods that run, for the share of their class
   * @param before the pod as it was: what both may use holds, until it is set again
   */
  prepare(pod: Pod, alive: readonly Pod[], before?: Pod): Promise<void>
  /** Removes the cgroup of a pod; fails while something still runs in it. @param alive all other pods that run */
  remove(uid: string, alive: readonly Pod[]): Promise<void>
  /** Uids of the pods that have a cgroup. */
  uids(): Promise<string[]>
}

/** Pods in one cgroup that somebody else made, or in the runtime's own. */
export const noCgroups = (parent: string): PodCgroups => ({
  parentOf: () => parent,
  prepare: async () => {},
  remove: async () => {},
  uids: async () => [],
})

const classes: readonly QosClass[] = ['Guaranteed', 'Burstable', 'BestEffort']
const uidOf = ({ metadata }: Pod) => metadata.uid ?? ''

/** A cgroup for each pod, below one of its class, below one of all pods. */
export class QosCgroups implements PodCgroups {
  readonly #options: CgroupOptions
  #tree: Promise<CgroupTree> | undefined
  #burstableShares: number | undefined

  constructor(options: CgroupOptions) {
    this.#options = options
  }

  parentOf(pod: Pod): string {
    return cgroupParent(this.#parts(computeQosClass(pod), uidOf(pod)), this.#options.driver)
  }

  async prepare(pod: Pod, alive: readonly Pod[], before?: Pod): Promise<void> {
    const tree = await this.#open()
    await this.#share(tree, alive)
    const path = this.#path(computeQosClass(pod), uidOf(pod))
    await tree.make(path)
    const amounts = podAmounts(pod, this.#options.podPidsMax)
    const old = before && podAmounts(before, this.#options.podPidsMax)
    await tree.limit(path, old ? widest(old, amounts) : amounts)
  }

  async remove(uid: string, alive: readonly Pod[]): Promise<void> {
    const tree = await this.#open()
    // The class of a pod that is known by its uid alone is not known.
    for (const qos of classes) await tree.remove(this.#path(qos, uid))
    await this.#share(tree, alive)
  }

  async uids(): Promise<string[]> {
    const tree = await this.#open()
    const names = await Promise.all(classes.map((qos) => tree.children(this.#path(qos))))
    return names.flat().flatMap((name) => podUidOf(name, this.#options.driver) ?? [])
  }

  #parts(qos: QosClass, uid?: string): string[] {
    return cgroupParts(this.#options.root, qos, uid)
  }

  #path(qos: QosClass, uid?: string): string {
    return cgroupPath(this.#parts(qos, uid), this.#options.driver)
  }

  /** What pods need above them, made at first use; what failed is tried again. */
  #open(): Promise<CgroupTree> {
    this.#tree ??= this.#begin().catch((error) => {
      this.#tree = undefined
      throw error
    })
    return this.#tree
  }

  async #begin(): Promise<CgroupTree> {
    const tree = await openCgroups(this.#options.mount)
    await tree.make(this.#path('Guaranteed'))
    await tree.limit(this.#path('Guaranteed'), this.#options.allPods)
    for (const qos of ['Burstable', 'BestEffort'] as const) await tree.make(this.#path(qos))
    await tree.limit(this.#path('BestEffort'), { cpuShares: cpuSharesOf(0) })
    return tree
  }

  /** Pods that ask for some of the processor have as much of it, all together, as they ask for. */
  async #share(tree: CgroupTree, alive: readonly Pod[]): Promise<void> {
    const burstable = alive.filter((pod) => computeQosClass(pod) === 'Burstable')
    const milli = burstable.reduce((sum, { spec }) => sum + (spec ? podTotal(spec, 'requests', 'cpu') : 0), 0)
    const cpuShares = cpuSharesOf(milli)
    if (cpuShares === this.#burstableShares) return
    await tree.limit(this.#path('Burstable'), { cpuShares })
    this.#burstableShares = cpuShares
  }
}
