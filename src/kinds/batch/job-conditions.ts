import type { Job, JobStatus } from '../gen/batch-v1.ts'

/** Whether a condition of a job is true. */
export const hasCondition = (status: JobStatus | undefined, type: string): boolean =>
  status?.conditions?.some((one) => one.type === type && one.status === 'True') ?? false

/** Whether a job has ended, well or not. */
export const isFinished = ({ status }: Job): boolean =>
  hasCondition(status, 'Complete') || hasCondition(status, 'Failed')
