import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CgroupAmounts, unlimited } from './amounts.ts'
import type { CgroupTree } from './cgroup-tree.ts'
import { cpuPeriodUs, cpuWeightOf } from './cpu-amounts.ts'
import { foldersOf, removeFolders } from './folders.ts'

/** The controllers that pods are limited by. */
const controllersUsed = ['cpu', 'cpuset', 'memory', 'hugetlb', 'pids']

/** Control groups of version 2: one tree for all controllers. */
export function unifiedTree(
  mount: string,
  controllers: readonly string[],
  pageSizes: readonly string[],
): CgroupTree {
  const wanted = controllersUsed.filter((name) => controllers.includes(name)).map((name) => `+${name}`)
  const sizes = controllers.includes('hugetlb') ? pageSizes : []
  return {
    version: 2,
    async make(path) {
      let folder = mount
      for (const name of path.split('/').filter((one) => one !== '')) {
        // What is below a cgroup is limited only by controllers that were handed down.
        await writeFile(join(folder, 'cgroup.subtree_control'), wanted.join(' '))
        folder = join(folder, name)
        await mkdir(folder, { recursive: true })
      }
    },
    async limit(path, amounts) {
      for (const [name, value] of unifiedFiles(amounts, sizes)) {
        await writeFile(join(mount, path, name), value)
      }
    },
    remove: (path) =>
      removeFolders([join(mount, path)], (folder) => writeFile(join(folder, 'cgroup.kill'), '1')),
    children: (path) => foldersOf(join(mount, path)),
  }
}

const orMax = (value: number) => (value === unlimited ? 'max' : String(value))

/** What amounts are in the files of version 2. */
function unifiedFiles(amounts: CgroupAmounts, sizes: readonly string[]): [name: string, value: string][] {
  const { cpuShares, cpuQuotaUs, memoryBytes, pids, hugePages } = amounts
  const files: [name: string, value: string | undefined][] = [
    ['cpu.weight', cpuShares === undefined ? undefined : String(cpuWeightOf(cpuShares))],
    ['cpu.max', cpuQuotaUs === undefined ? undefined : `${orMax(cpuQuotaUs)} ${cpuPeriodUs}`],
    ['memory.max', memoryBytes === undefined ? undefined : orMax(memoryBytes)],
    ['pids.max', pids === undefined ? undefined : orMax(pids)],
    ...sizes.map((size): [string, string | undefined] => [
      `hugetlb.${size}.max`,
      hugePages && String(hugePages.get(size) ?? 0),
    ]),
  ]
  return files.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
}
