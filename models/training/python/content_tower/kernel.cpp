// Forward and backward of the tower's convolutions over rows of any length, for training and for scoring whole data sets.
//
// The embedding and the first convolution are one table: FIRST[k][token] is what a token adds to a position k places before it.
// Only the position that wins a channel's maximum has a gradient, so the way back touches a few of thousands of positions;
// a general convolution pays for all of them. `kernel.py` says what goes in and out; `kernel_test.py` compares with autograd.

#include <cstdint>
#include <cstring>
#include <vector>
#include <algorithm>
#include <omp.h>

#ifndef FIRST_CHANNELS
#define FIRST_CHANNELS 64
#endif
#ifndef SECOND_CHANNELS
#define SECOND_CHANNELS 64
#endif

namespace {

constexpr int C1 = FIRST_CHANNELS, C2 = SECOND_CHANNELS;
constexpr int K1 = 8, K2 = 3;
constexpr int LANES = 16;
constexpr int V1 = C1 / LANES, V2 = C2 / LANES;
constexpr int BOUNDARY = 257, TOKENS = 258;
constexpr int MAX_LENGTH = 256, MAX_PAIRS = MAX_LENGTH / 2;
/** Positions of the second convolution that are computed together, so that its weights are read once for all of them. */
constexpr int BLOCK = 4;
static_assert(C1 % LANES == 0 && C2 % LANES == 0, "channels come in vectors");

typedef float Vector __attribute__((vector_size(LANES * sizeof(float)), aligned(4), may_alias));

struct Row {
    const uint8_t *bytes;
    int length;
    int name;
    int pairs() const { return (length + 1) / 2; }
    int token(int at) const { return at == name ? BOUNDARY : bytes[at]; }
};

/** Activations of one row. `odd` says whether the second position of a pair won. */
struct Activations {
    alignas(64) float first[MAX_PAIRS + BLOCK + K2][C1];
    bool odd[MAX_PAIRS][C1];
};

inline const Vector *vectors(const float *p) { return reinterpret_cast<const Vector *>(p); }
inline Vector *vectors(float *p) { return reinterpret_cast<Vector *>(p); }

void position(const Row &row, int at, const float *table, const float *bias, float *out) {
    Vector sum[V1];
    for (int v = 0; v < V1; v++) sum[v] = vectors(bias)[v];
    int reach = std::min(K1, row.length - at);
    for (int k = 0; k < reach; k++) {
        const Vector *entry = vectors(table + ((size_t)k * TOKENS + row.token(at + k)) * C1);
        for (int v = 0; v < V1; v++) sum[v] += entry[v];
    }
    for (int v = 0; v < V1; v++) vectors(out)[v] = sum[v];
}

/** First convolution, maximum of each pair of positions, ReLU. */
void first_layer(const Row &row, const float *table, const float *bias, Activations &a) {
    alignas(64) float even[C1], odd[C1];
    int pairs = row.pairs();
    for (int i = 0; i < pairs; i++) {
        position(row, 2 * i, table, bias, even);
        position(row, 2 * i + 1, table, bias, odd);
        for (int c = 0; c < C1; c++) {
            a.odd[i][c] = odd[c] > even[c];
            a.first[i][c] = std::max(0.0f, std::max(even[c], odd[c]));
        }
    }
    std::memset(a.first[pairs], 0, sizeof(a.first[0]) * (BLOCK + K2));
}

/** Second convolution, and the maximum of each channel with its position (-1 where nothing is above zero). */
void second_layer(const Activations &a, int pairs, const float *weight, const float *bias, float *pooled, int16_t *winner) {
    for (int d = 0; d < C2; d++) { pooled[d] = 0; winner[d] = -1; }
    for (int at = 0; at < pairs; at += BLOCK) {
        for (int half = 0; half < V2; half += 4) {
            constexpr int WIDTH = V2 < 4 ? V2 : 4;
            Vector sum[BLOCK][WIDTH];
            for (int b = 0; b < BLOCK; b++)
                for (int v = 0; v < WIDTH; v++) sum[b][v] = vectors(bias)[half + v];
            for (int j = 0; j < K2; j++)
                for (int c = 0; c < C1; c++) {
                    const Vector *w = vectors(weight + ((size_t)j * C1 + c) * C2) + half;
                    for (int b = 0; b < BLOCK; b++) {
                        float x = a.first[at + b + j][c];
                        for (int v = 0; v < WIDTH; v++) sum[b][v] += x * w[v];
                    }
                }
            for (int b = 0; b < BLOCK && at + b < pairs; b++)
                for (int v = 0; v < WIDTH; v++)
                    for (int l = 0; l < LANES; l++) {
                        int d = (half + v) * LANES + l;
                        if (sum[b][v][l] > pooled[d]) { pooled[d] = sum[b][v][l]; winner[d] = (int16_t)(at + b); }
                    }
        }
    }
}

void first_maximum(const Activations &a, int pairs, float *pooled, int16_t *winner) {
    for (int c = 0; c < C1; c++) { pooled[c] = 0; winner[c] = -1; }
    for (int i = 0; i < pairs; i++)
        for (int c = 0; c < C1; c++)
            if (a.first[i][c] > pooled[c]) { pooled[c] = a.first[i][c]; winner[c] = (int16_t)i; }
}

/** On the way back weights are `[C2][3][C1]`: a channel's own lie together. */
struct Gradients {
    std::vector<float> table, bias1, weight, bias2;
    Gradients() : table((size_t)K1 * TOKENS * C1), bias1(C1), weight((size_t)K2 * C1 * C2), bias2(C2) {}
};

void table_backward(const Row &row, int at, const float *g, Gradients &to) {
    int reach = std::min(K1, row.length - at);
    for (int k = 0; k < reach; k++) {
        Vector *entry = vectors(&to.table[((size_t)k * TOKENS + row.token(at + k)) * C1]);
        for (int v = 0; v < V1; v++) entry[v] += vectors(g)[v];
    }
}

/** `g` is the gradient of a pair's features; what a ReLU stopped has none. */
void pair_backward(const Row &row, const Activations &a, int pair, const float *g, Gradients &to) {
    alignas(64) float even[C1], odd[C1];
    for (int c = 0; c < C1; c++) {
        float passed = a.first[pair][c] > 0 ? g[c] : 0.0f;
        odd[c] = a.odd[pair][c] ? passed : 0.0f;
        even[c] = passed - odd[c];
        to.bias1[c] += passed;
    }
    table_backward(row, 2 * pair, even, to);
    table_backward(row, 2 * pair + 1, odd, to);
}

void backward(const Row &row, const Activations &a, const float *weight, const int16_t *winner1, const int16_t *winner2,
              const float *gradient1, const float *gradient2, Gradients &to) {
    int pairs = row.pairs();
    std::vector<float> inner((size_t)(pairs + K2) * C1, 0.0f);  // with room for the last kernel
    bool touched[MAX_PAIRS + K2] = {};
    for (int d = 0; d < C2; d++) {
        float g = gradient2[d];
        if (winner2[d] < 0 || g == 0) continue;
        to.bias2[d] += g;
        const float *x = a.first[winner2[d]];
        float *inside = &inner[(size_t)winner2[d] * C1];
        for (int j = 0; j < K2; j++) touched[winner2[d] + j] = true;
        const float *own = weight + (size_t)d * K2 * C1;
        float *to_own = &to.weight[(size_t)d * K2 * C1];
        for (int i = 0; i < K2 * C1; i++) {
            to_own[i] += g * x[i];
            inside[i] += g * own[i];
        }
    }
    for (int c = 0; c < C1; c++)
        if (winner1[c] >= 0) {
            inner[(size_t)winner1[c] * C1 + c] += gradient1[c];
            touched[winner1[c]] = true;
        }
    for (int i = 0; i < pairs; i++)
        if (touched[i]) pair_backward(row, a, i, &inner[(size_t)i * C1], to);
}

void add(const std::vector<float> &from, float *to) {
    for (size_t i = 0; i < from.size(); i++) to[i] += from[i];
}

}  // namespace

extern "C" {

/** Channels of both convolutions, so that a stale build is noticed. */
void channels(int32_t *out) { out[0] = C1; out[1] = C2; }

void pool(int32_t threads, int64_t rows, const uint8_t *bytes, const int64_t *start, const int32_t *name, const float *table, const float *bias1,
          const float *weight, const float *bias2, float *pooled1, int16_t *winner1, float *pooled2, int16_t *winner2) {
#pragma omp parallel num_threads(threads)
    {
        std::vector<Activations> own(1);
        Activations &a = own[0];
#pragma omp for schedule(dynamic, 8)
        for (int64_t n = 0; n < rows; n++) {
            Row row{bytes + start[n], (int)(start[n + 1] - start[n]), name[n]};
            first_layer(row, table, bias1, a);
            first_maximum(a, row.pairs(), pooled1 + n * C1, winner1 + n * C1);
            second_layer(a, row.pairs(), weight, bias2, pooled2 + n * C2, winner2 + n * C2);
        }
    }
}

/** Adds to the gradients; the activations are computed again, which is cheaper than keeping them. Here `weight` is `[C2][3][C1]`. */
void pool_backward(int32_t threads, int64_t rows, const uint8_t *bytes, const int64_t *start, const int32_t *name, const float *table,
                   const float *bias1, const float *weight, const int16_t *winner1, const int16_t *winner2, const float *gradient1,
                   const float *gradient2, float *to_table, float *to_bias1, float *to_weight, float *to_bias2) {
    // Rows are dealt out and sums are added in a fixed order: the same seed and number of threads give the same weights.
    std::vector<Gradients> parts(threads);
#pragma omp parallel num_threads(threads)
    {
        std::vector<Activations> own(1);
#pragma omp for schedule(static)
        for (int64_t n = 0; n < rows; n++) {
            Row row{bytes + start[n], (int)(start[n + 1] - start[n]), name[n]};
            first_layer(row, table, bias1, own[0]);
            backward(row, own[0], weight, winner1 + n * C1, winner2 + n * C2, gradient1 + n * C1, gradient2 + n * C2,
                     parts[omp_get_thread_num()]);
        }
    }
    for (const Gradients &part : parts) {
        add(part.table, to_table);
        add(part.bias1, to_bias1);
        add(part.weight, to_weight);
        add(part.bias2, to_bias2);
    }
}
}
