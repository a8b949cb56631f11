/* fasti - a calendar server that knows when a person may be booked, and books them */

#include "daemon/command.h"

int main(int argc, char **argv)
{
	return command_main(argc, argv);
}
