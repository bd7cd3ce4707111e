export * from './contract.ts'
export { connectRuntime } from './cri/connect-runtime.ts'
