import type { KindDef } from '../define.ts'
import { cronJob } from './cron-job.ts'
import { job } from './job.ts'

/** The kinds of batch. */
export const batchKinds: readonly KindDef[] = [cronJob, job]
