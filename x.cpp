#include <map>
#include <regex>
int main(){return 0;}
