import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { tutorialManifest } from './manifest.ts'

test('examples/tutorial/pod.yaml is the pod for a cluster with the usual node name and registry', () => {
  const example = readFileSync('examples/tutorial/pod.yaml', 'utf8')
  assert.equal(example, tutorialManifest('kubeling', '127.0.0.1:5000'))
})

test('tutorialManifest() names the node and the registry that it is given', () => {
  const text = tutorialManifest('node-7', 'lan:1')
  assert.match(text, /nodeName: node-7\n/)
  assert.deepEqual(text.match(/image: .*/g), ['image: lan:1/nginx', 'image: lan:1/busybox'])
})
