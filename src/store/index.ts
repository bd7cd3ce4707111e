import type { Store } from './contract.ts'
import type { EtcdStoreOptions } from './etcd/open.ts'

export * from './contract.ts'
export * from './memory.ts'
export { type SqliteStoreOptions, openSqliteStore } from './sqlite/open.ts'
export * from './sealed/index.ts'
export * from './snapshot/index.ts'
export type { EtcdTls } from './etcd/endpoints.ts'
export type { EtcdStoreOptions } from './etcd/open.ts'

/** A store on an etcd cluster; resolves without waiting for etcd, whose calls fail with `unavailable` while it is away. */
export async function openEtcdStore(options: EtcdStoreOptions): Promise<Store> {
  // gRPC takes a tenth of a second to load, which only those who use it should pay.
  const engine = await import('./etcd/open.ts')
  return engine.openEtcdStore(options)
}
