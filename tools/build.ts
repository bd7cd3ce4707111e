// Bundles the programs of src/bin into dist/bin: one JavaScript file each, plus shared and lazily loaded chunks.
import { readdirSync, rmSync } from 'node:fs'
import { build } from 'esbuild'

const programs = readdirSync('src/bin').filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))

rmSync('dist', { recursive: true, force: true })
const { errors } = await build({
  entryPoints: [
    ...programs.map((file) => ({ in: `src/bin/${file}`, out: file.replace(/\.ts$/, '') })),
    // The database's thread, started by the programs with the embedded store.
    { in: 'src/store/sqlite/worker.ts', out: 'sqlite-worker' },
  ],
  outdir: 'dist/bin',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  sourcemap: 'linked',
  sourcesContent: false,
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: 'warning',
  // CommonJS packages inside an ES module bundle still call require.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
})
if (errors.length > 0) process.exit(1)
