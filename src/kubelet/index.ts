export * from './contract.ts'
export { connectRuntime } from './cri/connect-runtime.ts'
export { createPodManager } from './pod/pod-manager.ts'
