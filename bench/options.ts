import { parseArgs } from 'node:util'

/** What a run is asked to do. */
export interface Options {
  /** Part of the names of the rows that are wanted. */
  readonly only: string
  /** For each row and side. */
  readonly seconds: number
  /** So many pods are there before. */
  readonly pods: number
  /** Another API server that is measured instead of ours. */
  readonly server: string | undefined
  readonly token: string | undefined
  readonly keepsHistory: boolean
  readonly help: boolean
}

export const helpText = `Measures the API server beside the least that anything doing the same must do, and prints a table.

Usage: npm run bench -- [flags]

      --quick           less than a minute in all: half a second a row, 1,000 pods
      --only=text       only the rows whose names have this in them
      --seconds=4       how long each row runs, half of it for each of two turns; its floor as long
      --pods=5300       how many pods are there before
      --server=url      measures the API server at this https address instead of ours; its pods are not removed
      --token=text      the bearer token for --server
      --no-history      does not append a line to bench/history.jsonl
`

/** Reads the command line. @throws TypeError for a flag that is not known. */
export function readOptions(words: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...words],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      seconds: { type: 'string' },
      pods: { type: 'string' },
      server: { type: 'string' },
      token: { type: 'string' },
      'no-history': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  return {
    only: values.only,
    seconds: Number(values.seconds ?? (values.quick ? 0.6 : 4)),
    pods: Number(values.pods ?? (values.quick ? 1_000 : 5_300)),
    server: values.server,
    token: values.token,
    keepsHistory: !values['no-history'],
    help: values.help,
  }
}
