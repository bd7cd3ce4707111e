// Plain requests to a server that may die at any moment.
import { type Agent, request } from 'node:http'

/** An answer that has come whole. */
export interface Answer {
  readonly code: number
  readonly text: string
}

/** One request; undefined when the server died before it had answered. */
export function ask(agent: Agent, method: string, url: string, body?: unknown): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json' }
    const outgoing = request(url, { method, agent, headers }, (answer) => {
      let text = ''
      answer.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      answer.on('end', () =>
        resolve(answer.complete ? { code: answer.statusCode as number, text } : undefined),
      )
      answer.on('error', () => resolve(undefined))
    })
    outgoing.on('error', () => resolve(undefined))
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** A list of ConfigMaps as far as these tests look. */
export interface ConfigMaps {
  readonly metadata: { readonly resourceVersion: string }
  readonly items: readonly ConfigMap[]
}

/** A ConfigMap as far as these tests look. */
export interface ConfigMap {
  readonly metadata: { readonly name: string; readonly resourceVersion: string }
}

/** An object's resource version. */
export const versionOf = ({ metadata }: ConfigMap): number => Number(metadata.resourceVersion)

/** The names of a list's items with their resource versions. */
export const versionsOf = ({ items }: ConfigMaps): Map<string, number> =>
  new Map(items.map((item) => [item.metadata.name, versionOf(item)]))
