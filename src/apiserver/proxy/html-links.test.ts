import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownLink, rewriteLinks } from './html-links.ts'

const own = (link: string) => ownLink(link, '/proxy', '10.0.0.1:80', 'api:6443')

test('links to the same place lead through us, all others stay', () => {
  const rows: [string, string][] = [
    ['/', '/proxy/'],
    ['/a/b?c=d#e', '/proxy/a/b?c=d#e'],
    ['/proxy/a', '/proxy/a'],
    ['a/b', 'a/b'],
    ['../a', '../a'],
    ['?x', '?x'],
    ['#top', '#top'],
    ['', ''],
    ['http://10.0.0.1:80/a', '/proxy/a'],
    ['//10.0.0.1:80/a', '/proxy/a'],
    ['https://api:6443/a', 'https://api:6443/proxy/a'],
    ['https://example.com/a', 'https://example.com/a'],
    ['mailto:a@b', 'mailto:a@b'],
    ['data:/x', 'data:/x'],
  ]
  for (const [link, expected] of rows) assert.equal(own(link), expected, link)
})

test('links of pages are rewritten in their attributes alone', () => {
  const rows: [string, string][] = [
    ['<a href="/x">/x</a>', '<a href="/proxy/x">/x</a>'],
    ["<A HREF='/x' title='/y'>", "<A HREF='/proxy/x' title='/y'>"],
    ['<img src=/x alt="a > b" longdesc="/y"/>', '<img src=/proxy/x alt="a > b" longdesc="/proxy/y"/>'],
    ['<form action = "/x"><input src="/y">', '<form action = "/proxy/x"><input src="/proxy/y">'],
    ['<p href="/x">', '<p href="/x">'],
    ['<!-- <a href="/x"> --><a href="/y">', '<!-- <a href="/x"> --><a href="/proxy/y">'],
    [
      `<script src="/x">if (a < b) '<a href="/y">'</script><a href="/z">`,
      `<script src="/proxy/x">if (a < b) '<a href="/y">'</script><a href="/proxy/z">`,
    ],
    [
      '<style>a::before { content: "<a href=/x>" }</style>',
      '<style>a::before { content: "<a href=/x>" }</style>',
    ],
    ['1 < 2 <a href="/x">', '1 < 2 <a href="/proxy/x">'],
    ['<a href="/x', '<a href="/x'],
    ['<!-- <a href="/x">', '<!-- <a href="/x">'],
    ['<script>', '<script>'],
    ['', ''],
  ]
  for (const [html, expected] of rows) assert.equal(rewriteLinks(html, own), expected, html)
})

test('a page that is made to be slow is not', () => {
  const pages = [
    '<a '.repeat(300_000),
    `<a ${'x '.repeat(300_000)}>`,
    `<a ${'x'.repeat(600_000)}>`,
    '<'.repeat(600_000),
  ]
  for (const page of pages) assert.equal(rewriteLinks(page, own), page)
})
