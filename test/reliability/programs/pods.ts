// Pods of an ordinary size, and plain requests cheap enough not to be what is measured.
import { Agent, type IncomingMessage, request } from 'node:http'

/** How many nodes the pods are spread over. */
export const nodes = 2000

const container = (name: string, image: string) => ({
  name,
  image,
  ports: [{ containerPort: 80, protocol: 'TCP' }],
  env: [
    { name: 'MODE', value: 'production' },
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
  ],
  resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '200m', memory: '128Mi' } },
  volumeMounts: [{ name: 'content', mountPath: '/usr/share/content' }],
})

/** The pod of a number: two containers, bound to a node, with labels that a tenth and a thousandth of all share. */
export function pod(i: number): string {
  return JSON.stringify({
    metadata: {
      name: `pod-${String(i).padStart(6, '0')}`,
      labels: { app: `app-${i % 10}`, set: `set-${i % 1000}` },
    },
    spec: {
      nodeName: `node-${i % nodes}`,
      volumes: [{ name: 'content', emptyDir: {} }],
      containers: [container('server', 'nginx:1.27'), container('log', 'busybox:1.37')],
    },
  })
}

/** An answer, read to its end. */
export interface Answer {
  readonly status: number
  readonly body: Buffer
}

/** Sends requests over connections that stay open. */
export class Requests {
  readonly #url: string
  readonly #agent: Agent

  constructor(url: string, connections: number) {
    this.#url = url
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections })
  }

  /** Sends one request and gives its answer as it begins. */
  open(method: string, path: string, body?: string, type = 'application/json'): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = body === undefined ? {} : { 'content-type': type }
      request(`${this.#url}${path}`, { method, agent: this.#agent, headers }, resolve)
        .on('error', reject)
        .end(body)
    })
  }

  /** Sends one request and reads its answer. */
  async send(method: string, path: string, body?: string, type?: string): Promise<Answer> {
    const answer = await this.open(method, path, body, type)
    const chunks: Buffer[] = []
    for await (const chunk of answer) chunks.push(chunk as Buffer)
    return { status: answer.statusCode ?? 0, body: Buffer.concat(chunks) }
  }

  close(): void {
    this.#agent.destroy()
  }
}
