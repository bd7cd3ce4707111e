import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { databaseFile } from '../apiserver/open-store.ts'
import { clusterLayout } from '../up/layout.ts'
import { Problem } from '../up/problem.ts'

/** The database below a data directory of `kubeling up` or of a kube-apiserver. @throws Problem when there is none. */
export function databaseOf(dataDir: string): string {
  const folder = resolve(dataDir)
  const places = [databaseFile(clusterLayout(folder).store), databaseFile(folder)]
  const found = places.find((path) => existsSync(path))
  if (found !== undefined) return found
  throw new Problem(
    `there is no embedded database below ${folder}: name the data directory with --data-dir; for a server that stores in etcd, use "etcdctl snapshot save"`,
  )
}

/** Where a database belongs in a data directory of `kubeling up`, or of a kube-apiserver by itself. */
export function databasePlace(dataDir: string, isStandalone: boolean): string {
  return databaseFile(isStandalone ? dataDir : clusterLayout(dataDir).store)
}
