import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CgroupAmounts } from './amounts.ts'
import { controllerTrees } from './controller-trees.ts'
import { unifiedTree } from './unified-tree.ts'

/** The control groups of a machine. A path is the same in all of its trees: /kubepods/burstable/pod1. */
export interface CgroupTree {
  readonly version: 1 | 2
  /** Makes a cgroup and those above it. */
  make(path: string): Promise<void>
  /** Sets what a cgroup may use. */
  limit(path: string, amounts: CgroupAmounts): Promise<void>
  /** Removes a cgroup with all below it; ends processes that are still in it, and fails until they are gone. */
  remove(path: string): Promise<void>
  /** Names of the cgroups directly below one; none when it is not there. */
  children(path: string): Promise<string[]>
}

/** Opens the control groups that are mounted in a folder. @param pages where the kernel tells its sizes of huge pages */
export async function openCgroups(
  mount = '/sys/fs/cgroup',
  pages = '/sys/kernel/mm/hugepages',
): Promise<CgroupTree> {
  const controllers = await readFile(join(mount, 'cgroup.controllers'), 'utf8').catch(() => undefined)
  const sizes = await pageSizes(pages)
  if (controllers !== undefined) return unifiedTree(mount, controllers.trim().split(/\s+/), sizes)
  return await controllerTrees(mount, sizes)
}

/** Sizes of huge pages as control groups name them. */
async function pageSizes(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.flatMap((name) => {
    const kilobytes = Number(/^hugepages-(\d+)kB$/.exec(name)?.[1] ?? 0)
    if (kilobytes === 0) return []
    if (kilobytes >= 2 ** 20) return [`${kilobytes / 2 ** 20}GB`]
    return [kilobytes >= 2 ** 10 ? `${kilobytes / 2 ** 10}MB` : `${kilobytes}KB`]
  })
}
