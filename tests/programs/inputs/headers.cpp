// Most of the standard library's headers, with templates that a compiler must chew on.
#include <algorithm>
#include <any>
#include <array>
#include <chrono>
#include <cmath>
#include <complex>
#include <deque>
#include <functional>
#include <future>
#include <iomanip>
#include <iostream>
#include <list>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <queue>
#include <random>
#include <ranges>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <tuple>
#include <unordered_map>
#include <valarray>
#include <variant>
#include <vector>

template <int N>
struct Tower {
    std::map<std::string, std::vector<std::array<int, N>>> floors;
    Tower<N - 1> rest;
    int height() const { return static_cast<int>(floors.size()) + rest.height(); }
    void build() {
        for (int i = 0; i < N; ++i) floors["floor " + std::to_string(i)].emplace_back().fill(i);
        rest.build();
    }
};
template <>
struct Tower<0> {
    int height() const { return 0; }
    void build() {}
};

using Value = std::variant<int, double, std::string, std::vector<int>, std::map<int, std::string>>;

static std::string show(const Value& value) {
    return std::visit(
        [](const auto& v) -> std::string {
            using T = std::decay_t<decltype(v)>;
            std::ostringstream out;
            if constexpr (std::is_same_v<T, std::vector<int>>) {
                out << std::accumulate(v.begin(), v.end(), 0);
            } else if constexpr (std::is_same_v<T, std::map<int, std::string>>) {
                for (const auto& [key, text] : v) out << key << text;
            } else {
                out << std::setprecision(4) << v;
            }
            return out.str();
        },
        value);
}

int main() {
    Tower<4> tower;
    tower.build();
    std::cout << tower.height() << '\n';
    std::regex words(R"((\w+)\s+(\d{1,4})(?:-(\d+))?)");
    std::string text;
    for (int i = 0; i < 200; ++i)
        text += "word" + std::to_string(i) + " " + std::to_string(i * 7) + "; ";
    std::cout << std::distance(std::sregex_iterator(text.begin(), text.end(), words),
                               std::sregex_iterator())
              << '\n';
    std::mt19937 random(5);
    std::vector<Value> values{1, 2.5, "text", std::vector<int>{1, 2, 3},
                              std::map<int, std::string>{{1, "a"}}};
    std::shuffle(values.begin(), values.end(), random);
    std::ranges::sort(values, {}, show);
    for (const Value& value : values) std::cout << show(value) << ' ';
    auto squares = std::vector<int>(50);
    std::ranges::generate(squares, [&random] { return static_cast<int>(random() % 100); });
    std::cout << std::accumulate(squares.begin(), squares.end(), 0) << '\n';
    std::vector<std::future<int>> futures;
    for (int i = 0; i < 8; ++i)
        futures.push_back(std::async(std::launch::async, [i] {
            std::unordered_map<int, std::string> table;
            for (int j = 0; j < 1000; ++j) table[j * i % 97] += 'x';
            return static_cast<int>(table.size());
        }));
    for (auto& future : futures) std::cout << future.get() << ' ';
    std::cout << '\n';
}
