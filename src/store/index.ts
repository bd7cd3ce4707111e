export * from './contract.ts'
export * from './memory.ts'
export { type SqliteStoreOptions, openSqliteStore } from './sqlite/open.ts'
