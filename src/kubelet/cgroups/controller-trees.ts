import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CgroupAmounts, unlimited } from './amounts.ts'
import type { CgroupTree } from './cgroup-tree.ts'
import { cpuPeriodUs } from './cpu-amounts.ts'
import { foldersOf, killAll, removeFolders } from './folders.ts'

/** Control groups of version 1: each controller, or two together, has a tree of its own. */
export async function controllerTrees(mount: string, pageSizes: readonly string[]): Promise<CgroupTree> {
  // Two controllers with one tree have two names for it, of which one is a link.
  const roots = await Promise.all((await foldersOf(mount)).map((name) => realpath(join(mount, name))))
  if (roots.length === 0) throw new Error(`no control groups are mounted at ${mount}`)
  const rootOf = (controller: string) =>
    roots.find((root) => root.split('/').at(-1)?.split(',').includes(controller) === true)
  return {
    version: 1,
    async make(path) {
      await Promise.all(roots.map((root) => mkdir(join(root, path), { recursive: true })))
      const cpuset = rootOf('cpuset')
      if (cpuset !== undefined) await inheritCpuset(cpuset, path)
    },
    async limit(path, amounts) {
      for (const [controller, name, value] of controllerFiles(amounts, pageSizes)) {
        const root = rootOf(controller)
        if (root !== undefined) await writeFile(join(root, path, name), value)
      }
    },
    remove: (path) =>
      removeFolders(
        roots.map((root) => join(root, path)),
        killAll,
      ),
    async children(path) {
      const names = await Promise.all(roots.map((root) => foldersOf(join(root, path))))
      return [...new Set(names.flat())]
    },
  }
}

/** A new cgroup may use no processor until it is told which: those of the one above it. */
async function inheritCpuset(root: string, path: string): Promise<void> {
  let above = root
  for (const part of path.split('/').filter((name) => name !== '')) {
    const folder = join(above, part)
    for (const name of ['cpuset.cpus', 'cpuset.mems']) {
      const own = await readFile(join(folder, name), 'utf8').catch(() => '')
      if (own.trim() === '') await writeFile(join(folder, name), await readFile(join(above, name), 'utf8'))
    }
    above = folder
  }
}

type File = readonly [controller: string, name: string, value: string]

/** What amounts are in the files of version 1. */
function controllerFiles(amounts: CgroupAmounts, sizes: readonly string[]): File[] {
  const { cpuShares, cpuQuotaUs, memoryBytes, pids, hugePages } = amounts
  return [
    ...file('cpu', 'cpu.shares', cpuShares),
    ...file('cpu', 'cpu.cfs_period_us', cpuQuotaUs === undefined ? undefined : cpuPeriodUs),
    ...file('cpu', 'cpu.cfs_quota_us', cpuQuotaUs),
    ...file('memory', 'memory.limit_in_bytes', memoryBytes),
    ...(pids === undefined ? [] : [['pids', 'pids.max', pids === unlimited ? 'max' : String(pids)] as const]),
    ...sizes.flatMap((size) =>
      file('hugetlb', `hugetlb.${size}.limit_in_bytes`, hugePages && (hugePages.get(size) ?? 0)),
    ),
  ]
}

const file = (controller: string, name: string, value: number | undefined): File[] =>
  value === undefined ? [] : [[controller, name, String(value)]]
