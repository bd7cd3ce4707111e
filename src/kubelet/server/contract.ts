import type { Duplex } from 'node:stream'
import type { Clock } from '#base/clock'
import type { HttpHandler, HttpRequest, HttpResponse } from '#base/http'
import type { Log } from '#base/log'
import type { PodManager, Runtime } from '../contract.ts'
import type { MachineReadings } from '../node/readings.ts'

/** What is at a path of the log folder. */
export type LogFolder = (
  path: string,
) => Promise<{ is: 'folder'; names: readonly string[] } | { is: 'file'; bytes: Uint8Array } | undefined>

/** What the kubelet's server is given. */
export interface KubeletServerOptions {
  readonly nodeName: string
  readonly pods: PodManager
  readonly runtime: Runtime
  readonly clock: Clock
  readonly log: Log
  readonly readMachine: () => Promise<MachineReadings>
  /** What /logs/ shows; nothing without it. */
  readonly readLogs?: LogFolder | undefined
  /** What /configz shows. */
  readonly configuration: Readonly<Record<string, unknown>>
  /** Lets everybody in. */
  readonly anonymousAuth: boolean
  /** Whether everybody with a certificate may do everything, or only the API server and administrators. */
  readonly authorization: 'AlwaysAllow' | 'Administrators'
}

/** The kubelet's server as functions; listening is somebody else's business. */
export interface KubeletServer {
  readonly handle: HttpHandler
  upgrade(request: HttpRequest, socket: Duplex, head: Uint8Array): Promise<void>
}

/** One request as endpoints see it. */
export interface Call {
  readonly request: HttpRequest
  readonly query: URLSearchParams
  /** The parts of the path after the endpoint's own, decoded. */
  readonly parts: readonly string[]
}

/** Answers the requests of one path. @throws Refusal. */
export type Endpoint = (call: Call) => Promise<HttpResponse> | HttpResponse

/** Opens the runtime's stream for one session and gives its URL. @throws Refusal. */
export type StreamEndpoint = (call: Call) => Promise<string>
