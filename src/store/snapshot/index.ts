export { type RestoreOptions, restoreSnapshot } from './restore.ts'
export { saveSnapshot } from './save.ts'
export { type SnapshotStatus, snapshotStatus } from './status.ts'
