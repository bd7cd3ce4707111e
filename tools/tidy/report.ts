// Prints how long our files and functions are: node tools/tidy/report.ts
import { functionsOf, isTest, readSources, spread } from './sources.ts'

const sources = readSources('src/**/*.ts').filter((source) => !isTest(source))
const files = spread(sources.map((source) => source.lines.length))
const functions = spread(sources.flatMap(functionsOf).map((span) => span.length))
const row = (name: string, of: { median: number; p90: number; max: number }, count: number) =>
  console.log(`${name.padEnd(20)} ${count} · median ${of.median} · p90 ${of.p90} · max ${of.max}`)

row('lines per file', files, sources.length)
row('lines per function', functions, sources.flatMap(functionsOf).length)
