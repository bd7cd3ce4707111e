import type { Duplex } from 'node:stream'
import type { HttpHandler, HttpRequest, HttpResponse } from '#base/http'
import type { PodManager, Runtime } from '../contract.ts'
import type { MachineReadings } from '../node/readings.ts'
import type { GateOptions } from './access/gate.ts'

/** What is at a path of the log folder. */
export type LogFolder = (
  path: string,
) => Promise<{ is: 'folder'; names: readonly string[] } | { is: 'file'; bytes: Uint8Array } | undefined>

/** What the kubelet's server is given. */
export interface KubeletServerOptions extends GateOptions {
  readonly pods: PodManager
  readonly runtime: Runtime
  readonly readMachine: () => Promise<MachineReadings>
  /** What /logs/ shows; without it, that it is switched off. */
  readonly readLogs?: LogFolder | undefined
  /** False: no logs, exec, attach and port forwarding. True without it. */
  readonly servesDebugging?: boolean | undefined
  /** Where checkpoints of containers are written. */
  readonly checkpointFolder: string
  /** What /configz shows. */
  readonly configuration: Readonly<Record<string, unknown>>
}

/** The kubelet's server as functions; listening is somebody else's business. */
export interface KubeletServer {
  readonly handle: HttpHandler
  /** /healthz for everybody, and nothing else. */
  readonly health: HttpHandler
  /** What may be read, for everybody: the port of old that is off unless it is asked for. */
  readonly readOnly: HttpHandler
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
