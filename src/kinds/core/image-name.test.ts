import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultPullPolicy } from './image-name.ts'

const digest = 'sha256:'.padEnd(71, 'a')

test('images that may move are pulled always', () => {
  for (const image of [
    'nginx',
    'nginx:latest',
    'a.b:5000/c/d',
    'localhost/x',
    '[::1]:5000/a',
    `nginx:latest@${digest}`,
  ]) {
    assert.equal(defaultPullPolicy(image), 'Always', image)
  }
})

test('images that say which one, or nothing sensible, are pulled when they are not there', () => {
  for (const image of [
    'nginx:1.27',
    `nginx@${digest}`,
    'a:5000/b:c',
    'Nginx',
    'nginx:',
    'a//b',
    '',
    'a'.repeat(64),
  ]) {
    assert.equal(defaultPullPolicy(image), 'IfNotPresent', image)
  }
})
