export type { Io } from './io.ts'
export { kubectl } from './main.ts'
