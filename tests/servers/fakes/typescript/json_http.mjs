/**
 * A server on the first line of the TypeScript SDK, over Streamable HTTP with `enableJsonResponse`: the answer to a call
 * is JSON, whose headers come with its end, and what the server asks meanwhile goes on the stream of the GET.
 *
 * It listens on 127.0.0.1, writes its port as a line on standard output, and ends when its standard input is closed.
 *
 * - `ask {prompt}` samples, and returns the answer; when it is cancelled it says so on standard error.
 * - `quick {}` returns at once.
 */

import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { z } from "zod";

const text = (value) => ({ content: [{ type: "text", text: value }] });
const cancelled = [];
const server = new McpServer({ name: "typescript-json", version: "1" });

server.registerTool("ask", { inputSchema: { prompt: z.string() } }, async ({ prompt }, extra) => {
  extra.signal.addEventListener("abort", () => cancelled.push(prompt));
  const messages = [{ role: "user", content: { type: "text", text: prompt } }];
  const answer = await server.server.createMessage({ messages, maxTokens: 100 });
  return text(answer.content.text);
});

server.registerTool("quick", { inputSchema: {} }, () => text(cancelled.join(" ")));

const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: randomUUID, enableJsonResponse: true });
await server.connect(transport);
const http = createServer((request, response) => transport.handleRequest(request, response));
http.listen(0, "127.0.0.1", () => console.log(http.address().port));
process.stdin.on("end", () => process.exit(0)).resume();
