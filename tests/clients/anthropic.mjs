// Anthropic's own client for JavaScript. Each case is a test of AnthropicJsTests.
import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';

const person = {
  type: 'object',
  properties: { name: { type: 'string', maxLength: 20 }, age: { type: 'integer', minimum: 0, maximum: 120 } },
  required: ['name', 'age'],
  additionalProperties: false,
};
const weather = { name: 'weather', description: 'The weather of a city.', input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } };

const connect = ({ address, key }, more = {}) => new Anthropic({ baseURL: address, apiKey: key, maxRetries: 0, ...more });

const asked = (text, more = {}) => ({ model: 'tiny', max_tokens: 60, temperature: 0, messages: [{ role: 'user', content: text }], ...more });

const textOf = (message) => message.content.map((block) => block.text).join('');

const isError = (status, type, words = /./) => (error) => {
  assert.ok(error instanceof Anthropic.APIError, `${error}`);
  assert.deepEqual([error.status, error.type], [status, type]);
  assert.match(error.apiMessage, words);
  assert.ok(error.requestID);
  return true;
};

export const cases = {
  'Messages plain': async (server) => {
    const answer = await connect(server).messages.create(asked('What is the capital of Germany?', { system: 'Answer shortly.' }));
    assert.match(textOf(answer), /Berlin/);
    assert.equal(answer.stop_reason, 'end_turn');
    assert.ok(answer.usage.input_tokens > 0 && answer.usage.output_tokens > 0);
  },

  'Messages stream is what the plain answer is': async (server) => {
    const client = connect(server);
    const whole = await client.messages.create(asked('Name three rivers.'));
    let text = '';
    const stream = client.messages.stream(asked('Name three rivers.')).on('text', (piece) => (text += piece));
    const streamed = await stream.finalMessage();
    assert.equal(text, textOf(whole));
    assert.deepEqual(streamed.content, whole.content);
    assert.equal(streamed.stop_reason, whole.stop_reason);
    assert.equal(streamed.usage.output_tokens, whole.usage.output_tokens);
    const types = [];
    for await (const event of await client.messages.create(asked('Name three rivers.', { stream: true })))
      types.push(event.type);
    assert.deepEqual([types.at(0), types.at(-1)], ['message_start', 'message_stop']);
  },

  'Messages schema': async (server) => {
    const answer = await connect(server).messages.create(asked('Invent a person.', { output_config: { format: { type: 'json_schema', schema: person } } }));
    const { name, age, ...rest } = JSON.parse(textOf(answer));
    assert.equal(typeof name, 'string');
    assert.ok(Number.isInteger(age) && age >= 0 && age <= 120);
    assert.deepEqual(rest, {});
  },

  'Messages tools where the template takes none': async (server) => {
    await assert.rejects(connect(server).messages.create(asked('x', { tools: [weather] })), isError(400, 'invalid_request_error', /takes no tools/));
  },

  'Messages tools demanded': async (server) => {
    const client = connect(server);
    const question = asked('How is the weather in Rome?', { model: 'tools', tools: [weather], tool_choice: { type: 'any' } });
    const answer = await client.messages.create(question);
    const call = answer.content.find((block) => block.type === 'tool_use');
    assert.deepEqual([answer.stop_reason, call.name, typeof call.input.city], ['tool_use', 'weather', 'string']);
    const streamed = await client.messages.stream({ ...question, tool_choice: { type: 'tool', name: 'weather' } }).finalMessage();
    assert.deepEqual(streamed.content.find((block) => block.type === 'tool_use').input, call.input);
    const back = [...question.messages, { role: 'assistant', content: answer.content }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: 'Rain.' }] }];
    assert.ok((await client.messages.create({ ...question, messages: back, tool_choice: { type: 'auto' } })).usage.output_tokens > 0);
    await assert.rejects(client.messages.create({ ...question, tool_choice: { type: 'tool', name: 'other' } }), isError(400, 'invalid_request_error', /'tool_choice.name'/));
  },

  'Messages stop sequences': async (server) => {
    const answer = await connect(server).messages.create(asked('What is the capital of Germany?', { stop_sequences: ['Berlin', 'Never said'] }));
    assert.deepEqual([answer.stop_reason, answer.stop_sequence], ['stop_sequence', 'Berlin']);
    assert.doesNotMatch(textOf(answer), /Berlin/);
    const cut = await connect(server).messages.create(asked('Tell me a long story.', { max_tokens: 3 }));
    assert.deepEqual([cut.stop_reason, cut.stop_sequence, cut.usage.output_tokens], ['max_tokens', null, 3]);
  },

  'Messages over length': async (server) => {
    await assert.rejects(connect(server).messages.create(asked('word '.repeat(20000))), isError(400, 'invalid_request_error', /\d tokens/));
  },

  'Messages bad parameter': async (server) => {
    await assert.rejects(connect(server).messages.create(asked('x', { temperature: 5 })), isError(400, 'invalid_request_error', /'temperature'/));
  },

  'Messages unknown model': async (server) => {
    await assert.rejects(connect(server).messages.create(asked('x', { model: 'none' })), isError(404, 'not_found_error'));
  },

  'Messages cancel': async (server) => {
    const stream = connect(server).messages.stream(asked('Tell me a very long story.', { max_tokens: 2000 }));
    stream.on('text', () => stream.abort());
    await assert.rejects(stream.finalMessage(), Anthropic.APIUserAbortError);
  },

  'Messages failure in the stream': async (server) => {
    let text = '';
    const stream = connect(server).messages.stream(asked('x')).on('text', (piece) => (text += piece));
    await assert.rejects(stream.finalMessage(), (error) => error instanceof Anthropic.APIError && error.type === 'overloaded_error');
    assert.equal(text, 'You said: ');
  },

  'Token count': async (server) => {
    const [client, system] = [connect(server), 'Answer with <|im_end|> only.'];
    const { max_tokens, temperature, ...prompt } = asked('What is the capital of Germany?', { system });
    const counted = await client.messages.countTokens(prompt);
    const { usage } = await client.messages.create({ ...prompt, max_tokens: 1 });
    assert.equal(counted.input_tokens, usage.input_tokens + usage.cache_read_input_tokens);
  },

  'Wrong key': async (server) => {
    const wrong = server.key.slice(0, -1);
    const ways = { bearer: (key) => connect({ ...server, key }), header: (key) => connect({ ...server, key }, { defaultHeaders: { 'x-api-key': key, authorization: null } }) };
    for (const way of Object.values(ways)) {
      await assert.rejects(way(wrong).messages.create(asked('x')), isError(401, 'authentication_error'));
      assert.ok((await way(server.key).messages.countTokens({ model: 'tiny', messages: [{ role: 'user', content: 'x' }] })).input_tokens > 0);
    }
  },

  Models: async (server) => {
    const client = connect(server);
    const names = [];
    for await (const model of client.models.list({ limit: 1 }))
      names.push(model.id);
    assert.deepEqual(names, ['other', 'tiny', 'tools']);
    assert.equal((await client.models.retrieve('tiny')).display_name, 'tiny');
    await assert.rejects(client.models.retrieve('none'), isError(404, 'not_found_error'));
  },
};
