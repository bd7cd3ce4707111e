// Reads the repository's own TypeScript sources and measures them.
import { readFileSync } from 'node:fs'
import { globSync } from 'node:fs'

/** A source file of ours, generated ones left out. */
export interface Source {
  readonly path: string
  readonly text: string
  readonly lines: readonly string[]
}

/** A function and where it stands. */
export interface FunctionSpan {
  readonly path: string
  readonly name: string
  readonly line: number
  readonly length: number
}

const isGenerated = (path: string) => path.includes('/gen/') && !path.startsWith('tools/gen/')

/** All sources that match, sorted by path. */
export function readSources(pattern: string): Source[] {
  return globSync(pattern)
    .filter((path) => !isGenerated(path) && !path.includes('node_modules'))
    .sort()
    .map((path) => {
      const text = readFileSync(path, 'utf8')
      return { path, text, lines: text.replace(/\n$/, '').split('\n') }
    })
}

export const isTest = (source: Source) => source.path.endsWith('.test.ts')

const opening =
  /^(\s*)(?:export )?(?:default )?(?:(?:async )?function\*? (\w+)|(?:const|let) (\w+)(?:: [^=]+)? = (?:async )?(?:function|\([^)]*\)(?:: [^=]+)? =>|\w+ =>)|(?:static |override |async |get |set |\*)*(#?\w+)\()/
const keyword = /^(if|for|while|switch|catch|return|throw|await|test|describe|it|new|super|yield)$/

/** Functions and methods of a formatted file, by indentation: the end is the next closing line as deep as the start. */
export function functionsOf(source: Source): FunctionSpan[] {
  const spans: FunctionSpan[] = []
  source.lines.forEach((line, at) => {
    const match = opening.exec(line)
    const name = match?.[2] ?? match?.[3] ?? match?.[4]
    if (!match || name === undefined || keyword.test(name)) return
    const indent = match[1] as string
    const end = source.lines.findIndex(
      (one, i) => i >= at && (i > at ? one.startsWith(`${indent}}`) : /[^{(,]$/.test(one)),
    )
    const body = source.lines.slice(at, end + 1)
    if (body.some((one) => one.endsWith('{'))) {
      spans.push({ path: source.path, name, line: at + 1, length: body.length })
    }
  })
  return spans
}

/** Median, 90th percentile and maximum. */
export function spread(values: readonly number[]): { median: number; p90: number; max: number } {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { median: at(0.5), p90: at(0.9), max: at(1) }
}
